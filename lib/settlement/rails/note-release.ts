import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { lockPayment } from '@/lib/payments'
import { endAttempt, leaveAttemptOpen, type ExternalAttempt } from '@/lib/rails'
import type { Intent, StripeOutcome } from '@/lib/stripe'
import { bookFee } from './book-fee'
import { intentFacts } from './intent-facts'

/** Writes what Stripe said about letting go, once. */
export async function noteRelease(
  ctx: Ctx,
  attempt: ExternalAttempt.ExternalAttempt,
  outcome: StripeOutcome<Intent.Intent>,
): Promise<void> {
  if (outcome.kind === 'unknown') return leaveAttemptOpen(attempt.id, outcome.reason)
  const isReleased = outcome.kind === 'done' && outcome.value.status === 'canceled'
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, attempt.paymentId)
    if (!payment) return
    const end = isReleased
      ? { status: 'succeeded' as const, outcome: intentFacts(outcome.value) }
      : {
          status: 'failed' as const,
          outcome: outcome.kind === 'done' ? intentFacts(outcome.value) : { code: outcome.code },
          reason: outcome.kind === 'refused' ? outcome.reason : `Stripe says ${outcome.value.status}.`,
        }
    if (!(await endAttempt(tx, attempt.id, end)) || !isReleased) return
    const { merchantId, id: paymentId } = payment
    const data = { intentId: attempt.externalId, amountBase: attempt.amountBase }
    await recordEvent(tx, ctx, { type: 'payment.authorisation_released', merchantId, paymentId, data })
    // Of money that was taken at once and paid back: Stripe keeps its fee.
    if (outcome.value.fee) await bookFee(tx, ctx, payment, outcome.value.fee)
  })
}
