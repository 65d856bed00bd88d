import { createCtx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { withTransaction } from '@/lib/db'
import { lockUnsettled, type Payment } from '@/lib/payments'
import { beginAttempt, ExternalAttempt, findAttempts } from '@/lib/rails'
import { authoriseIntent } from '@/lib/stripe'
import { callUntilKnown } from './call-until-known'
import { intentDraft } from './intent-draft'
import { noteAuthorisation, type HoldOutcome } from './note-authorisation'

/**
 * Has the money of a payment held before its work is done, where its rail can: an upstream that fails then costs the agent
 * nothing. The row of the call is committed before the call leaves. May be called twice: the second call reads the row of the
 * first. `held` at once for payments that move by a chain or have moved already.
 * @param deadlineMs how long to wait for an outcome.
 */
export async function holdMoney(payment: Payment.Payment, deadlineMs: number): Promise<HoldOutcome | undefined> {
  if (payment.instrument.kind !== 'spt') return undefined
  const ctx = createCtx({ kind: 'system', id: 'settlement' })
  const key = ExternalAttempt.keyOf('authorise', payment.id)
  const attempt = await withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [payment.id])
    if (!ours.has(payment.id)) return undefined
    const { id: paymentId, network } = payment
    const about = { paymentId, refundId: null, network, action: 'authorise' as const, key, externalId: null }
    return beginAttempt(tx, { id: ctx.id(), ...about, amountBase: payment.amountBase })
  })
  if (!attempt) return readHold(payment.id)
  failpoint('before-rail')
  const draft = intentDraft(payment)
  const outcome = await callUntilKnown(() => authoriseIntent(draft, key), Date.now() + deadlineMs)
  failpoint('after-rail')
  return noteAuthorisation(ctx, payment, attempt, outcome)
}

/** What an earlier call made known. */
async function readHold(paymentId: string): Promise<HoldOutcome> {
  const attempts = await findAttempts(paymentId)
  const { status, externalId, outcome, reason } = attempts.find(({ action }) => action === 'authorise') ?? {}
  if (status === 'succeeded' && externalId) return { kind: 'held', intentId: externalId }
  if (status !== 'failed') return { kind: 'unknown' }
  return {
    kind: 'refused',
    code: outcome?.code ?? 'refused',
    reason: reason ?? 'Stripe did not authorise it.',
    action: false,
  }
}
