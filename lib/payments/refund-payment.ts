import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { Account, resolvePending } from '@/lib/ledger'
import { columns } from './columns'
import type { Payment } from './Payment'
import { owe } from './owe'

/**
 * Owes a payer its money back: the money moved and no answer was given. The refund row is due from here on
 * and `pay-refunds` sends it. One whose answer came to nothing (`upto`) owes nothing: it is voided. May be called twice; only a
 * settled, undelivered payment is refunded, once.
 * @param when what else has to hold of the row `payment`, looked at in the statement that writes it.
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
    const payment = await markDue(tx, paymentId, isOurs, reason)
    if (!payment) return voidUncharged(tx, ctx, paymentId, isOurs, reason)
    await resolvePending(tx, 'void', [payment.id])
    await owe(tx, ctx, payment, { reason, debit: Account.receivable(payment.merchantId) })
    return true
  })
}

/**
 * The same for a payment whose answer was given and turned out to be worth nothing: what it promised is proven not to have
 * happened. It was earned, so that it comes out of the revenue. In the caller's transaction.
 * @param transactionId what did not happen.
 * @returns false when nothing is owed back: nothing was charged, or it was refunded before.
 */
export async function refundDelivered(
  tx: Tx,
  ctx: Ctx,
  { paymentId, transactionId, reason }: { paymentId: string; transactionId: string; reason: string },
): Promise<boolean> {
  const payment = await markDue(tx, paymentId, sql`payment.status = 'delivered'`, reason)
  if (!payment) return false
  await owe(tx, ctx, payment, { reason, debit: Account.revenue(payment.merchantId), transactionId })
  return true
}

async function markDue(tx: Tx, paymentId: string, when: Sql, reason: string): Promise<Payment | undefined> {
  const [payment] = await tx.query<Payment>(sql`
    UPDATE payment SET status = 'refund_due', reason = ${reason}, owner_id = NULL
    WHERE id = ${paymentId} AND settlement = 'settled' AND amount_base > 0 AND ${when}
    RETURNING ${columns}`)
  return payment
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
