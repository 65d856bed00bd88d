import { AppError } from '@/lib/errors'
import { Bytes } from '@/lib/proof'
import { proveConsistency } from './prove-consistency'
import { getCheckpoint } from './get-checkpoint'
import { damagedLog } from './damaged-log'

/**
 * Proof that the log of `from` leaves is a prefix of the log of `to` leaves.
 * @throws AppError not-found beyond the signed size.
 */
export async function getConsistencyProof(from: bigint, to?: bigint) {
  const checkpoint = await getCheckpoint()
  const size = to ?? checkpoint.size
  if (from > size || size > checkpoint.size)
    throw new AppError('not-found', `The log has ${checkpoint.size} signed leaves, and only grows.`)
  const proof = await proveConsistency(from, size)
  if (!proof) throw damagedLog()
  return {
    sluice: 'consistency-proof' as const,
    version: 1 as const,
    from: from.toString(),
    to: size.toString(),
    proof: proof.map(Bytes.toHex),
  }
}
