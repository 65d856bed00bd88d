import type { Reader } from '../ctx'
import { allOf, db, sql } from '@/lib/db'
import type { DisputeRow } from './DisputeView'
import { disputeColumns, ownDispute, toDisputeRow, type DisputeRecord } from './dispute-rows'

/** The disputes of a payment, oldest first; none that the reader may not see. */
export async function listDisputesOf(reader: Reader, paymentId: string): Promise<DisputeRow[]> {
  const rows = await db.query<DisputeRecord>(sql`
    SELECT ${disputeColumns} FROM dispute t WHERE ${allOf(sql`t.payment_id = ${paymentId}::uuid`, ownDispute(reader))}
    ORDER BY t.opened_at, t.id`)
  return rows.map(toDisputeRow)
}
