import type { Caip2 } from '@/lib/money'
import { isUnknown } from './is-unknown'
import { readFinalHead } from './read-final-head'

/**
 * Whether a transaction that names a block up to `lastValidBlockHeight` can never run any more: a finalized block is higher, and
 * everyone who is asked knows, as of that block, no such signature. Two endpoints at least, or the only one twice.
 * @throws RpcError | TransportError when the cluster cannot be read.
 */
export async function isExpired(network: Caip2, signature: string, lastValidBlockHeight: bigint): Promise<boolean> {
  const final = await readFinalHead(network)
  if (!final || BigInt(final.blockHeight) <= lastValidBlockHeight) return false
  return isUnknown(network, signature, final.absoluteSlot)
}
