import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { lockPayment } from '@/lib/payments'
import { endAttempt, leaveAttemptOpen, markDisputeAnswered, type ExternalAttempt } from '@/lib/rails'
import type { StripeDispute, StripeOutcome } from '@/lib/stripe'
import { bookDispute } from './book-dispute'

/** Writes what Stripe said about evidence or an acceptance, once, and books the dispute as it is then. */
export async function noteAnswer(
  ctx: Ctx,
  attempt: ExternalAttempt.ExternalAttempt,
  outcome: StripeOutcome<StripeDispute.StripeDispute>,
): Promise<void> {
  if (outcome.kind === 'unknown') return leaveAttemptOpen(attempt.id, outcome.reason)
  const { action, externalId, paymentId } = attempt
  if (externalId === null || (action !== 'evidence' && action !== 'accept')) return
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, paymentId)
    const end =
      outcome.kind === 'done'
        ? { status: 'succeeded' as const, outcome: { status: outcome.value.status } }
        : { status: 'failed' as const, outcome: { code: outcome.code }, reason: outcome.reason }
    if (!payment || !(await endAttempt(tx, attempt.id, end)) || outcome.kind !== 'done') return
    await markDisputeAnswered(tx, externalId, action)
    const { merchantId } = payment
    const type = action === 'evidence' ? 'payment.dispute_answered' : 'payment.dispute_accepted'
    await recordEvent(tx, ctx, { type, merchantId, paymentId, data: { disputeId: externalId } })
  })
  if (outcome.kind === 'done') await bookDispute(ctx, outcome.value)
}
