import type { Caip2 } from '@/lib/money'
import { isUnknown } from './is-unknown'
import { readFinalHead } from './read-final-head'

/**
 * True if a transaction that is valid up to `lastValidBlockHeight` can never run any more: a finalized block is higher,
 * and as of that block every endpoint that answers denies the signature; two endpoints at least, or the only one twice.
 * @throws RpcError | TransportError if the cluster cannot be read.
 */
export async function isExpired(network: Caip2, signature: string, lastValidBlockHeight: bigint): Promise<boolean> {
  const final = await readFinalHead(network)
  if (!final || BigInt(final.blockHeight) <= lastValidBlockHeight) return false
  return isUnknown(network, signature, final.absoluteSlot)
}
