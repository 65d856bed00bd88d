import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { Account, resolvePending } from '@/lib/ledger'
import { columns } from './columns'
import type { Payment } from './Payment'
import { oweRefund } from './owe-refund'
import { markRefundDue } from './mark-refund-due'

/**
 * Makes a refund due: the money moved and no answer was given. `pay-refunds` sends it. A payment that charged zero (`upto`) is
 * voided. May be called twice: only a settled, undelivered payment is refunded, once.
 * @param when a further condition on the row `payment`, checked by the statement that writes it.
 * @returns whether this call resolved the payment.
 */
export async function refundPayment(
  ctx: Ctx,
  paymentId: string,
  reason: string,
  when: Sql = sql`true`,
): Promise<boolean> {
  return withTransaction(async (tx) => {
    const isOurs = sql`payment.status = 'authorized' AND ${when}`
    const payment = await markRefundDue(tx, paymentId, isOurs, reason)
    if (!payment) return voidUncharged(tx, ctx, paymentId, isOurs, reason)
    await resolvePending(tx, 'void', [payment.id])
    await oweRefund(tx, ctx, payment, { reason, debit: Account.receivable(payment.merchantId) })
    return true
  })
}

async function voidUncharged(tx: Tx, ctx: Ctx, paymentId: string, when: Sql, reason: string): Promise<boolean> {
  const [payment] = await tx.query<Payment>(sql`
    UPDATE payment SET status = 'voided', reason = ${reason}, owner_id = NULL
    WHERE id = ${paymentId} AND settlement = 'settled' AND amount_base = 0 AND ${when}
    RETURNING ${columns}`)
  if (!payment) return false
  const { merchantId, resourceId } = payment
  await recordEvent(tx, ctx, {
    type: 'payment.voided',
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId,
    data: { reason },
  })
  return true
}
