import { db, sql } from '@/lib/db'
import { findCheckpoint, publicKey } from './find-checkpoint'

/** The state of the log, for the audit page. */
export type LogStatus = {
  /** Leaves. */
  size: string
  /** Events without a leaf index. */
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
