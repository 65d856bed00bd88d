import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { readDigest, digestOfInstrument, digests } from './read-digest'
import type { SvmInstrument } from './SvmUse'

/** How many transactions one look reads; the next look continues from there. */
const readsMax = 200

/** @throws AppError unavailable if a listed transaction cannot be read: it may be the one. */
export async function findAmong(
  network: Caip2,
  signed: SvmInstrument,
  listed: readonly string[],
): Promise<string | undefined> {
  const expected = digestOfInstrument(signed)
  let reads = 0
  for (const signature of listed) {
    if (!digests.has(signature) && reads++ === readsMax)
      throw new AppError('unavailable', `${signed.source} has more transactions than one look reads.`)
    const digest = await readDigest(network, signature)
    if (digest === undefined)
      throw new AppError('unavailable', `${network} does not show the transaction ${signature} yet.`)
    if (digest === expected) return signature
  }
  return undefined
}
