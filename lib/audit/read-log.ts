import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Bytes } from '@/lib/proof'
import { findCheckpoint, publicKey } from './find-checkpoint'
import { proveConsistency, proveInclusion } from './prove'
import { getCheckpoint } from './get-checkpoint'

/** How the log stands: for the audit page. */
export type LogStatus = {
  /** Leaves. */
  size: string
  /** Events that have no place yet. */
  waiting: number
  checkpoint: { size: string; at: string } | null
  anchor: { size: string; at: string; network: string; transactionId: string } | null
  /** The public key, as text. */
  key: string
}

export async function readLogStatus(): Promise<LogStatus> {
  const [[log], checkpoint, [anchor]] = await Promise.all([
    db.query<{ size: bigint; waiting: bigint }>(sql`
      SELECT size, (SELECT count(*) FROM audit_event e WHERE e.xid >= l.window_from
        AND (SELECT f.seq FROM audit_leaf f WHERE f.seq = e.seq) IS NULL) AS waiting FROM audit_log l`),
    findCheckpoint(),
    db.query<{ size: bigint; network: string; transactionId: string; createdAt: Date }>(sql`
      SELECT size, network, transaction_id, created_at
      FROM audit_anchor ORDER BY created_at DESC LIMIT 1`),
  ])
  return {
    size: (log?.size ?? 0n).toString(),
    waiting: Number(log?.waiting ?? 0n),
    checkpoint: checkpoint ? { size: checkpoint.size.toString(), at: checkpoint.createdAt.toISOString() } : null,
    anchor: anchor
      ? {
          size: anchor.size.toString(),
          at: anchor.createdAt.toISOString(),
          network: anchor.network,
          transactionId: anchor.transactionId,
        }
      : null,
    key: publicKey(),
  }
}

/**
 * Inclusion proof of a leaf, by its index or the position of its event, in the tree of `size` leaves (the newest checkpoint's
 * without one). Everybody may have it: it holds hashes only.
 * @throws AppError not-found for a leaf that such a tree has not.
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
  if (!proof) throw damaged()
  return {
    index: leaf.index.toString(),
    size: within.toString(),
    hash: Bytes.toHex(leaf.hash),
    proof: proof.map(Bytes.toHex),
    ...(within === checkpoint.size && { checkpoint: checkpoint.note }),
  }
}

/** Proof that the log of `from` leaves is a beginning of that of `to`. @throws AppError not-found beyond what is signed. */
export async function getConsistencyProof(from: bigint, to?: bigint) {
  const checkpoint = await getCheckpoint()
  const size = to ?? checkpoint.size
  if (from > size || size > checkpoint.size)
    throw new AppError('not-found', `The log has ${checkpoint.size} signed leaves, and only grows.`)
  const proof = await proveConsistency(from, size)
  if (!proof) throw damaged()
  return {
    sluice: 'consistency-proof' as const,
    version: 1 as const,
    from: from.toString(),
    to: size.toString(),
    proof: proof.map(Bytes.toHex),
  }
}

function damaged(): AppError {
  return new AppError('internal-error', 'Hashes of the log are missing: somebody has removed rows from the database.')
}
