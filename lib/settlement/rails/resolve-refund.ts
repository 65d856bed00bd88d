import type { Ctx } from '../../ctx'
import { Rail } from '@/lib/money'
import { findPayment, findRefundTarget } from '@/lib/payments'
import { type ExternalAttempt, leaveAttemptOpen, postponeAttempt } from '@/lib/rails'
import { findRefund, readRefund } from '@/lib/stripe'
import { bookRailRefund } from './book-rail-refund'
import { sendRefund } from './send-refund'

/** Stripe keeps an idempotency key for 24 hours. */
const keyMsMax = 23 * 60 * 60_000

/** Resolves a refund whose outcome is unknown: by its id, by its own key while Stripe remembers it, or among the charge's refunds. */
export async function resolveRefund(ctx: Ctx, attempt: ExternalAttempt.ExternalAttempt): Promise<void> {
  if (attempt.status !== 'sent') return postponeAttempt(attempt.id, null)
  if (Rail.kindOf(attempt.network) === 'lightning') return resolveLightning(ctx, attempt)
  if (attempt.externalId !== null) return bookRailRefund(ctx, attempt, await readRefund(attempt.externalId))
  const payment = await findPayment(attempt.paymentId)
  if (payment?.txHash == null) return postponeAttempt(attempt.id, null)
  const found = await findRefund(payment.txHash, attempt.refundId ?? '')
  if (found.kind !== 'done') return leaveAttemptOpen(attempt.id, found.reason)
  if (!found.value && ctx.now() - attempt.createdAt.getTime() < keyMsMax)
    return sendRefund(ctx, attempt, { txHash: payment.txHash, payTo: payment.payTo, to: '' })
  const refusal = { kind: 'refused', code: 'never_arrived', reason: 'Stripe has no such refund.' } as const
  return bookRailRefund(ctx, attempt, found.value ? { ...found, value: found.value } : refusal)
}

async function resolveLightning(ctx: Ctx, attempt: ExternalAttempt.ExternalAttempt): Promise<void> {
  const to = await findRefundTarget(attempt.refundId ?? '')
  if (to === undefined) return postponeAttempt(attempt.id, null)
  return sendRefund(ctx, attempt, { txHash: '', payTo: '', to })
}
