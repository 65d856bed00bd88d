import type { ExternalAttempt } from '@/lib/rails'
import { cancelIntent, type Intent, readIntent, refundIntent, type StripeOutcome } from '@/lib/stripe'

/**
 * Gives back money that was to be held only: cancels the hold, or pays back what the method took at once, as bank debits do. What
 * Stripe keeps of that stays with the seller. May be called any number of times for one attempt: both calls have one key each.
 */
export async function letGo(
  { id, key, amountBase }: ExternalAttempt.ExternalAttempt,
  intentId: string,
  payTo: string,
): Promise<StripeOutcome<Intent.Intent>> {
  const cancelled = await cancelIntent(intentId, key)
  if (cancelled.kind === 'unknown' || isBack(cancelled)) return cancelled
  const now = await readIntent(intentId)
  if (now.kind !== 'done' || now.value.status !== 'succeeded') return now
  const isConnected = payTo.startsWith('acct_')
  const draft = { intentId, refundId: id, amountBase, reason: 'requested_by_customer' as const, isConnected }
  const paidBack = await refundIntent(draft, `${key}_refund`)
  if (paidBack.kind !== 'done') return paidBack
  const { status, failure } = paidBack.value
  if (status === 'failed' || status === 'canceled')
    return { kind: 'refused', code: 'refund_failed', reason: `Stripe could not pay it back: ${failure ?? status}.` }
  return { ...now, value: { ...now.value, status: 'canceled' } }
}

function isBack(outcome: StripeOutcome<Intent.Intent>): boolean {
  return outcome.kind === 'done' && outcome.value.status === 'canceled'
}
