import { db, sql } from '@/lib/db'
import type { Export } from '@/lib/proof'

/**
 * Checkpoints of at most `size` leaves whose anchor transaction was queued, the newest 100, oldest first. The hash is that of
 * the included attempt.
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
