import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { readAgreed } from './rpc'
import * as Settler from './Settler'

/** It is looked for again after this long: it may be new, and a block that held it may have gone. */
const againAfterMs = 10 * 60_000

type Looked = { found: Promise<boolean>; atMs: number }
const looked = new Map<Caip2, Looked>()

/**
 * Whether our settlement contract stands on a network, with exactly our code: what two endpoints say alike, or the only one. A call to
 * an address without code would succeed and move nothing. A chain that cannot be read now has none.
 */
export function hasSettler(network: Caip2, nowMs = Date.now()): Promise<boolean> {
  const known = looked.get(network)
  if (known && nowMs - known.atMs < againAfterMs) return known.found
  const found = readAgreed<Hex>(network, 'eth_getCode', [Settler.address, 'latest']).then(
    (code) => code?.toLowerCase() === Settler.code,
    () => false,
  )
  looked.set(network, { found, atMs: nowMs })
  return found
}
