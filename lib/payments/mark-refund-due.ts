import { sql, type Sql, type Tx } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

/** Makes what is left of a settled payment owed back. @returns it with what is owed; undefined if nothing is. */
export async function markRefundDue(
  tx: Tx,
  paymentId: string,
  when: Sql,
  reason: string,
): Promise<(Payment & { leftBase: bigint }) | undefined> {
  const [payment] = await tx.query<Payment & { leftBase: bigint }>(sql`
    UPDATE payment SET status = 'refund_due', reason = ${reason}, owner_id = NULL
    WHERE id = ${paymentId} AND settlement = 'settled' AND amount_base > refunded_base AND ${when}
    RETURNING ${columns}, payment.amount_base - payment.refunded_base AS left_base`)
  return payment
}
