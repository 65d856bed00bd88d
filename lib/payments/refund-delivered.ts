import type { Ctx } from '../ctx'
import { sql, type Tx } from '@/lib/db'
import { Account } from '@/lib/ledger'
import { oweRefund } from './owe-refund'
import { markRefundDue } from './mark-refund-due'

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
  const payment = await markRefundDue(tx, paymentId, sql`payment.status = 'delivered'`, reason)
  if (!payment) return false
  await oweRefund(tx, ctx, payment, { reason, debit: Account.revenue(payment.merchantId), transactionId })
  return true
}
