import type { Reader } from '../ctx'
import { sql, type Sql } from '@/lib/db'
import { visible } from './event-where'
import { type EventRow, findEventRows, toEventRow, subjectEventsMax } from './event-rows'

/** Events of one payment, batch or transaction, oldest first. */
export async function listEventsOf(
  reader: Reader,
  subject: { paymentId: string } | { batchId: string } | { transactionId: string },
): Promise<EventRow[]> {
  const rows = await findEventRows(
    sql`${visible(reader, 'transactionId' in subject)} AND ${isOf(subject)}`,
    'oldest',
    subjectEventsMax,
  )
  return rows.map(toEventRow)
}

function isOf(subject: { paymentId?: string; batchId?: string; transactionId?: string }): Sql {
  if (subject.paymentId !== undefined) return sql`e.payment_id = ${subject.paymentId}::uuid`
  if (subject.batchId !== undefined) return sql`e.batch_id = ${subject.batchId}::uuid`
  return sql`e.transaction_id = ${subject.transactionId}::uuid`
}
