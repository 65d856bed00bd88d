import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { lockPayment, markDisputed, withdrawDueRefunds } from '@/lib/payments'
import { Dispute, keepDispute } from '@/lib/rails'
import type { StripeDispute } from '@/lib/stripe'
import { between, none } from './DisputeMoves'
import { findPaymentOf } from './find-payment-of'

/**
 * Books a dispute as it is now: its row, the money that it took or gave back, and whether its payment may be refunded. The entries
 * are the difference between what the ledger holds of it and what Stripe says, so a reading may come twice, and an older one
 * changes nothing. A dispute of a connected account has a row and no entries: its money is not in these books.
 * @throws Error if its payment is not booked yet: call it again later.
 */
export async function bookDispute(ctx: Ctx, now: StripeDispute.StripeDispute): Promise<void> {
  const found = now.intentId === null ? undefined : await findPaymentOf(now.intentId)
  // Another business of this account.
  if (!found) return
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, found.id)
    if (payment?.settlement !== 'settled') throw new Error('The payment of this dispute is not booked yet.')
    const { id: paymentId, merchantId, network, asset } = payment
    const status = now.status as Dispute.DisputeStatus
    const { withdrawnBase, feeBase } = payment.payTo.startsWith('acct_') ? none : now
    const money = { withdrawnBase, feeBase, lostBase: status === 'lost' ? withdrawnBase : 0n }
    const { amountBase, reason, networkReason } = now
    const kept = await keepDispute(tx, {
      ...{ id: ctx.id(), merchantId, paymentId, network, asset, externalId: now.id, status, amountBase },
      ...{ reason, networkReason, ...money },
      progress: Dispute.progressOf(status, now.movements),
      dueBy: now.dueByMs === null ? null : new Date(now.dueByMs),
      openedAt: new Date(now.createdAtMs),
    })
    if (!kept) return
    const { before } = kept
    if (status === 'lost' && before?.status !== 'lost')
      await withdrawDueRefunds(tx, ctx, payment, 'The payer got the money back by a dispute.')
    await postTransfers(tx, between(payment, before ?? none, money))
    await markDisputed(tx, paymentId, !now.isRefundable && isHeld(status))
    if (before?.status !== status) {
      const type = before === undefined ? 'payment.disputed' : eventOf(status)
      const data = { disputeId: now.id, status, reason, amountBase, feeBase: now.feeBase }
      await recordEvent(tx, ctx, { type, merchantId, paymentId, data })
    }
    failpoint('before-rail-commit')
  })
}

/** Whether the payer's bank holds the money, or the payer has it. */
function isHeld(status: Dispute.DisputeStatus): boolean {
  return status === 'needs_response' || status === 'under_review' || status === 'lost'
}

function eventOf(status: Dispute.DisputeStatus) {
  return Dispute.isClosed({ status }) ? 'payment.dispute_closed' : 'payment.dispute_updated'
}
