import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { lockPayment, markRailRefundFailed } from '@/lib/payments'
import type { ExternalAttempt } from '@/lib/rails'

/**
 * Books that a paid refund came back: the money is at Stripe again, and the refund is due. Only once: a refund that is due already
 * stays as it is.
 */
export async function returnRefund(
  ctx: Ctx,
  { refundId, paymentId, amountBase }: ExternalAttempt.ExternalAttempt,
  reason: string,
): Promise<void> {
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, paymentId)
    if (!payment || refundId === null) return
    if ((await markRailRefundFailed(tx, { id: refundId, paymentId }, reason)) !== 'paid') return
    const { merchantId, network, asset, payTo } = payment
    const [debit, credit] = [Account.clearing(payTo), Account.refundPayable(merchantId)]
    const entry = { network, asset, amountBase, paymentId }
    await postTransfers(tx, [{ kind: 'direct', reason: 'refund_returned', debit, credit, ...entry }])
    await recordEvent(tx, ctx, { type: 'payment.refund_returned', merchantId, paymentId, data: { refundId, reason } })
  })
}
