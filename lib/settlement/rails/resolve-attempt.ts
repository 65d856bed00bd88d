import type { Ctx } from '../../ctx'
import { findPayment } from '@/lib/payments'
import { type ExternalAttempt, postponeAttempt } from '@/lib/rails'
import {
  authoriseIntent,
  cancelIntent,
  captureIntent,
  findIntent,
  type Intent,
  readIntent,
  type StripeOutcome,
} from '@/lib/stripe'
import { bookCapture } from './book-capture'
import { intentDraft } from './intent-draft'
import { letGo } from './let-go'
import { noteAuthorisation } from './note-authorisation'
import { noteRelease } from './note-release'
import { releaseHold } from './release-hold'
import { resolveAnswer } from './resolve-answer'
import { resolveRefund } from './resolve-refund'
import { takeFee } from './take-fee'

/** Stripe keeps an idempotency key for 24 hours; after that a repeat would be a second charge. */
const keyHoursMax = 23
const hourMs = 60 * 60_000
/** After so many looks, about a quarter of a minute, the call under the attempt's own key has ended. */
const ownKeyLooks = 4
/** A hold whose payment is still being served is looked at again after this time. */
const servedSeconds = 5

/**
 * Resolves one call whose outcome is unknown. It is repeated only under its own key, and only while the other party remembers the key; after
 * that it is looked up. May be called by any number of processes.
 */
export async function resolveAttempt(ctx: Ctx, attempt: ExternalAttempt.ExternalAttempt): Promise<void> {
  const { action, status } = attempt
  if (action === 'refund') return resolveRefund(ctx, attempt)
  if (action === 'evidence' || action === 'accept') return resolveAnswer(ctx, attempt)
  if (action === 'authorise') return status === 'sent' ? resolveHold(ctx, attempt) : watchHold(ctx, attempt)
  if (action === 'capture' && status === 'succeeded') return takeFee(ctx, attempt)
  if (status !== 'sent' || attempt.externalId === null) return postponeAttempt(attempt.id, null)
  const now = await readIntent(attempt.externalId)
  const isOpen = now.kind === 'done' && now.value.status === 'requires_capture'
  if (action === 'capture')
    return bookCapture(ctx, attempt, isOpen ? await endHold(captureIntent, attempt, attempt.externalId) : now)
  if (now.kind === 'done' && now.value.status === 'succeeded') {
    const payment = await findPayment(attempt.paymentId)
    return noteRelease(ctx, attempt, await letGo(attempt, attempt.externalId, payment?.payTo ?? ''))
  }
  return noteRelease(ctx, attempt, isOpen ? await endHold(cancelIntent, attempt, attempt.externalId) : now)
}

/**
 * Captures or cancels an intent that is still held. A 500 may be all that the attempt's key answers for a day, although nothing was
 * done: then another key. This cannot happen twice, because Stripe ends a hold once; if another call did, the intent says which.
 */
async function endHold(
  end: (intentId: string, key: string) => Promise<StripeOutcome<Intent.Intent>>,
  { key, looks }: ExternalAttempt.ExternalAttempt,
  intentId: string,
): Promise<StripeOutcome<Intent.Intent>> {
  if (looks < ownKeyLooks) return end(intentId, key)
  const outcome = await end(intentId, `${key}:${looks}`)
  return outcome.kind === 'refused' ? readIntent(intentId) : outcome
}

async function resolveHold(ctx: Ctx, attempt: ExternalAttempt.ExternalAttempt): Promise<void> {
  const payment = await findPayment(attempt.paymentId)
  if (!payment) return postponeAttempt(attempt.id, null)
  const draft = intentDraft(payment)
  const isRemembered = ctx.now() - attempt.createdAt.getTime() < keyHoursMax * hourMs
  // An error that Stripe stored under the key is all that the key answers: what happened is seen by a look only.
  const seen = await lookUp(attempt)
  const outcome = seen.kind === 'refused' && isRemembered ? await authoriseIntent(draft, attempt.key) : seen
  const hold = await noteAuthorisation(ctx, payment, attempt, outcome)
  if (hold.kind === 'held') await watchHold(ctx, { ...attempt, status: 'succeeded', externalId: hold.intentId })
}

async function lookUp({
  paymentId,
  createdAt,
}: ExternalAttempt.ExternalAttempt): Promise<StripeOutcome<Intent.Intent>> {
  const found = await findIntent(paymentId, createdAt.getTime())
  if (found.kind !== 'done') return found
  if (found.value) return { ...found, value: found.value }
  return { kind: 'refused', code: 'never_arrived', reason: 'Stripe has no charge of this payment.' }
}

/** Lets go of the money if its payment was voided, and stops looking when the payment has ended. */
async function watchHold(ctx: Ctx, { id, paymentId }: ExternalAttempt.ExternalAttempt): Promise<void> {
  const payment = await findPayment(paymentId)
  if (!payment || payment.settlement === 'settled') return postponeAttempt(id, null)
  if (payment.status !== 'voided') return postponeAttempt(id, servedSeconds)
  await releaseHold(ctx, paymentId)
  await postponeAttempt(id, null)
}
