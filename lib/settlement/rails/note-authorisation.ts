import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import type { Payment } from '@/lib/payments'
import { endAttempt, leaveAttemptOpen, type ExternalAttempt } from '@/lib/rails'
import type { Intent, StripeOutcome } from '@/lib/stripe'
import { intentFacts } from './intent-facts'

/** Whether the money of a payment is held. */
export type HoldOutcome =
  | { kind: 'held'; intentId: string }
  /** Nothing is held. `action`: the holder of the card would have to act. */
  | { kind: 'refused'; code: string; reason: string; action: boolean }
  | { kind: 'unknown' }

/** A hold is looked at again after this time: its payment may have ended without taking or releasing it. */
const watchSeconds = 60

/** Writes what Stripe said about an authorisation, once, and says what it means. */
export async function noteAuthorisation(
  ctx: Ctx,
  payment: Pick<Payment.Payment, 'id' | 'merchantId' | 'resourceId'>,
  attempt: ExternalAttempt.ExternalAttempt,
  outcome: StripeOutcome<Intent.Intent>,
): Promise<HoldOutcome> {
  const verdict = judge(outcome)
  if (verdict.kind === 'unknown') {
    const reason = outcome.kind === 'unknown' ? outcome.reason : 'Stripe is still working on it.'
    await leaveAttemptOpen(attempt.id, reason)
    return verdict
  }
  const facts = outcome.kind === 'done' ? intentFacts(outcome.value) : {}
  const about = { merchantId: payment.merchantId, resourceId: payment.resourceId ?? undefined, paymentId: payment.id }
  await withTransaction(async (tx) => {
    const end =
      verdict.kind === 'held'
        ? { status: 'succeeded' as const, externalId: verdict.intentId, outcome: facts, againSeconds: watchSeconds }
        : {
            status: 'failed' as const,
            externalId: idOf(outcome),
            outcome: { ...facts, code: verdict.code },
            reason: verdict.reason,
          }
    if (!(await endAttempt(tx, attempt.id, end))) return
    await recordEvent(
      tx,
      ctx,
      verdict.kind === 'held'
        ? { type: 'payment.authorised', ...about, data: { intentId: verdict.intentId, amountBase: attempt.amountBase } }
        : { type: 'payment.authorisation_refused', ...about, data: { code: verdict.code, reason: verdict.reason } },
    )
  })
  return verdict
}

function judge(outcome: StripeOutcome<Intent.Intent>): HoldOutcome {
  if (outcome.kind === 'unknown') return { kind: 'unknown' }
  if (outcome.kind === 'refused') {
    const { code, reason } = outcome
    return { kind: 'refused', code, reason, action: code === 'authentication_required' }
  }
  const { id, status, trouble } = outcome.value
  // Some methods take the money at once; then there is nothing left to capture.
  if (status === 'requires_capture' || status === 'succeeded') return { kind: 'held', intentId: id }
  if (status === 'processing') return { kind: 'unknown' }
  const action = status === 'requires_action'
  const reason = action
    ? 'The holder of the card must confirm the payment.'
    : (trouble ?? 'Stripe did not authorise it.')
  return { kind: 'refused', code: status, reason, action }
}

function idOf(outcome: StripeOutcome<Intent.Intent>): string | undefined {
  if (outcome.kind === 'done') return outcome.value.id
  return outcome.kind === 'refused' ? outcome.intentId : undefined
}
