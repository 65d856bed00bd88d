import type { Ctx } from '../ctx'
import { sql, type Tx } from '@/lib/db'
import { Account } from '@/lib/ledger'
import { oweRefund } from './owe-refund'
import { markRefundDue } from './mark-refund-due'

/**
 * Makes a refund due for a delivered payment whose answer turned out to be worthless, because the promised transaction provably
 * did not happen. It was earned, so the refund is debited from revenue. In the caller's transaction.
 * @param transactionId the transaction that did not happen.
 * @returns false if nothing is owed: nothing was charged, or it was refunded before.
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
