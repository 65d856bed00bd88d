import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { readAgreed } from './rpc'
import * as Settler from './Settler'

/** How long an answer is cached: the contract may be new, or its block may be gone. */
const againAfterMs = 10 * 60_000

type Looked = { found: Promise<boolean>; atMs: number }
const looked = new Map<Caip2, Looked>()

/**
 * True if our settlement contract is on a network with exactly our code, by two endpoints or the only one. A call to an
 * address without code would succeed and move nothing. False if the chain cannot be read.
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
