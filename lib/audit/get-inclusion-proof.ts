import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Bytes } from '@/lib/proof'
import { proveInclusion } from './prove-inclusion'
import { getCheckpoint } from './get-checkpoint'
import { damagedLog } from './damaged-log'

/**
 * Inclusion proof of a leaf, by its index or the position of its event, in the tree of `size` leaves (default: the newest
 * checkpoint). Public: it contains only hashes.
 * @throws AppError not-found for a leaf that the tree does not have.
 */
export async function getInclusionProof(ask: { index: bigint } | { seq: bigint }, size?: bigint) {
  const checkpoint = await getCheckpoint()
  const [leaf] = await db.query<{ index: bigint; hash: Buffer }>(sql`
    SELECT index, hash FROM audit_leaf WHERE ${'seq' in ask ? sql`seq = ${ask.seq}` : sql`index = ${ask.index}`}`)
  const within = size ?? checkpoint.size
  if (!leaf || leaf.index >= within || within > checkpoint.size)
    throw new AppError(
      'not-found',
      `There is no such leaf among the first ${within} of ${checkpoint.size} signed ones.`,
    )
  const [proof] = await proveInclusion([leaf.index], within)
  if (!proof) throw damagedLog()
  return {
    index: leaf.index.toString(),
    size: within.toString(),
    hash: Bytes.toHex(leaf.hash),
    proof: proof.map(Bytes.toHex),
    ...(within === checkpoint.size && { checkpoint: checkpoint.note }),
  }
}
