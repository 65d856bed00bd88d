import type { Ctx } from '../ctx'
import { db, sql, type Tx } from '@/lib/db'
import type { Export } from '@/lib/proof'
import { recordEvent } from './record-event'

/**
 * Checkpoints of at most `size` leaves that were handed to execution to be written on chain, the newest 100, oldest first.
 * The hash is that of the attempt that was included.
 */
export async function listAnchors(size: bigint): Promise<Export.ExportAnchor[]> {
  const rows = await db.query<{
    transactionId: string
    network: string
    txHash: string | null
    size: bigint
    note: string
  }>(sql`
    SELECT a.transaction_id, a.network, t.hash AS tx_hash, a.size, c.note
    FROM audit_anchor a JOIN audit_checkpoint c ON c.size = a.size LEFT JOIN transaction t ON t.id = a.transaction_id
    WHERE a.size <= ${size} ORDER BY a.created_at DESC LIMIT 100`)
  return rows.toReversed().map((row) => ({ ...row, size: row.size.toString() }))
}

/** Keeps which transaction carries a checkpoint, in the database transaction that queues it. */
export async function recordAnchor(
  tx: Tx,
  ctx: Ctx,
  { transactionId, size, network }: { transactionId: string; size: bigint; network: string },
): Promise<void> {
  await tx.execute(sql`
    INSERT INTO audit_anchor (transaction_id, size, network) VALUES (${transactionId}::uuid, ${size}, ${network})`)
  await recordEvent(tx, ctx, { type: 'audit.anchored', transactionId, data: { size, network } })
}

/** Whether there is a checkpoint beyond the last anchor, and that anchor, or else the first checkpoint, is a day old. */
export async function isAnchorDue(): Promise<boolean> {
  const [row] = await db.query<{ due: boolean }>(sql`
    SELECT coalesce(max(c.size) > coalesce((SELECT max(size) FROM audit_anchor), 0)
      AND coalesce((SELECT max(created_at) FROM audit_anchor), min(c.created_at)) < now() - interval '1 day', false) AS due
    FROM audit_checkpoint c`)
  return row?.due ?? false
}
