import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { readRpc } from './rpc'
import * as Settler from './Settler'

/** A contract that is not there yet is looked for again after this long. */
const againAfterMs = 10 * 60_000

type Looked = { found: Promise<boolean>; atMs: number }
const looked = new Map<Caip2, Looked>()

/**
 * Whether our settlement contract stands on a network, with exactly our code. One read for each network; what is not there is looked
 * for again later, and a chain that cannot be read now has none.
 */
export function hasSettler(network: Caip2, nowMs = Date.now()): Promise<boolean> {
  const known = looked.get(network)
  if (known && nowMs - known.atMs < againAfterMs) return known.found
  const found = readRpc<Hex>(network, 'eth_getCode', [Settler.address, 'latest']).then(
    (code) => code.toLowerCase() === Settler.code,
    () => false,
  )
  looked.set(network, { found, atMs: nowMs })
  // Code at an address stays for ever.
  void found.then((is) => is && looked.set(network, { found, atMs: Number.POSITIVE_INFINITY }))
  return found
}
