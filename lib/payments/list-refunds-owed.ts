import { db, sql } from '@/lib/db'
import type * as PaymentView from './PaymentView'
import { refundColumns, toRefundRow, type RefundRecord } from './refund-rows'

/** Refunds that these wallets have not received yet, oldest first; at most 100. Reads only. */
export async function listRefundsOwed(wallets: readonly string[]): Promise<PaymentView.RefundRow[]> {
  const rows = await db.query<RefundRecord>(sql`
    SELECT ${refundColumns} FROM refund t WHERE t."to" = ANY(${wallets}::text[]) AND t.status IN ('due', 'sent') ORDER BY t.created_at, t.id LIMIT 100`)
  return rows.map(toRefundRow)
}
