import { db, sql } from '@/lib/db'

/** A ledger entry as pages show it. Amounts are decimal strings of base units. */
export type TransferRow = {
  id: string
  at: string
  kind: 'direct' | 'pending' | 'post' | 'void'
  reason: string
  debit: string
  credit: string
  amountBase: string
  /** The pending entry that this one resolves. */
  pendingId: string | null
}

/** Entries of a payment in the order they were written. The caller has checked that the reader may see the payment. */
export async function listTransfers(paymentId: string): Promise<TransferRow[]> {
  type Row = Omit<TransferRow, 'at'> & { at: Date }
  const rows = await db.query<Row>(sql`
    SELECT id::text, at, kind, reason, debit, credit, amount_base::text, pending_id::text
    FROM transfer t WHERE payment_id = ${paymentId}::uuid ORDER BY t.id`)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
