import type { Reader } from '../ctx'
import { allOf, db, sql } from '@/lib/db'
import { rowColumns, rowTables, toRow, visible, type PaymentRow } from './payment-rows'
import type * as PaymentView from './PaymentView'

/** Payments that moved, or will move, in one transaction or batch, oldest first; at most 500 of them. */
export async function listPaymentsOf(
  reader: Reader,
  of: { batchId: string } | { transactionId: string },
): Promise<PaymentView.PaymentListRow[]> {
  const within =
    'batchId' in of ? sql`t.batch_id = ${of.batchId}::uuid` : sql`t.transaction_id = ${of.transactionId}::uuid`
  const rows = await db.query<PaymentRow>(sql`
    SELECT ${rowColumns} FROM ${rowTables} WHERE ${allOf(within, visible(reader))} ORDER BY t.created_at, t.id LIMIT 500`)
  return rows.map(toRow)
}
