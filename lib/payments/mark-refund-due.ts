import { sql, type Sql, type Tx } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

export async function markRefundDue(
  tx: Tx,
  paymentId: string,
  when: Sql,
  reason: string,
): Promise<Payment | undefined> {
  const [payment] = await tx.query<Payment>(sql`
    UPDATE payment SET status = 'refund_due', reason = ${reason}, owner_id = NULL
    WHERE id = ${paymentId} AND settlement = 'settled' AND amount_base > 0 AND ${when}
    RETURNING ${columns}`)
  return payment
}
