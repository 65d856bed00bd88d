import type { Reader } from '../ctx'
import { allOf, db, sql } from '@/lib/db'
import { visible } from './payment-rows'
import type * as PaymentView from './PaymentView'
import { refundColumns, toRefundRow, type RefundRecord } from './refund-rows'

/** A refund as pages and the API show it; undefined if it does not exist or the reader may not see it. Reads only. */
export async function getRefund(reader: Reader, id: string): Promise<PaymentView.RefundRow | undefined> {
  const [row] = await db.query<RefundRecord>(
    sql`SELECT ${refundColumns} FROM refund t WHERE ${allOf(sql`t.id = ${id}::uuid`, visible(reader))}`,
  )
  return row && toRefundRow(row)
}
