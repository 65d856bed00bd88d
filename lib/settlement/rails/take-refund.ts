import type { Ctx } from '../../ctx'
import { withTransaction } from '@/lib/db'
import { lockPayment, returnOutsideRefund, takeOutsideRefund } from '@/lib/payments'
import { findAttemptsBy } from '@/lib/rails'
import { readRefund, type RefundedCharge } from '@/lib/stripe'
import { findPaymentOf } from './find-payment-of'
import { resolveAttempt } from './resolve-attempt'
import { returnRefund } from './return-refund'

/**
 * Books what a refund at Stripe is now: one that Sluice sent, or one that the merchant made in Stripe's own dashboard. A refund that
 * Stripe had paid can fail days later: the money is back then. May be called any number of times.
 */
export async function takeRefund(ctx: Ctx, externalId: string): Promise<void> {
  const now = await readRefund(externalId)
  if (now.kind === 'unknown') throw new Error(now.reason)
  if (now.kind === 'refused') return
  const { status, failure, metadata } = now.value
  if (metadata.sluice_refund_id === undefined) return takeOutside(ctx, now.value)
  const attempts = await findAttemptsBy(externalId)
  const attempt = attempts.find(({ refundId }) => refundId === metadata.sluice_refund_id)
  // The reply of its call was lost: the call's own row finds it.
  if (!attempt) return
  if (attempt.status === 'sent') return resolveAttempt(ctx, attempt)
  if (attempt.status === 'succeeded' && isBack(status)) await returnRefund(ctx, attempt, reasonOf(failure ?? status))
}

const isBack = (status: RefundedCharge.RefundedCharge['status']) => status === 'failed' || status === 'canceled'
const reasonOf = (failure: string) => `Stripe could not pay it back: ${failure}.`

async function takeOutside(
  ctx: Ctx,
  { id: externalId, intentId, status, amountBase, failure, reason }: RefundedCharge.RefundedCharge,
): Promise<void> {
  const found = intentId === null ? undefined : await findPaymentOf(intentId)
  // Another business of this account, or an authorisation that was let go: it took no money.
  if (!found || found.status === 'voided') return
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, found.id)
    if (!payment) return
    if (isBack(status))
      return returnOutsideRefund(tx, ctx, payment, { externalId, reason: reasonOf(failure ?? status) })
    // `pending` has left the balance too; if it fails, it comes back.
    if (status === 'requires_action') return
    const why = reason === null ? 'Refunded at Stripe' : `Refunded at Stripe: ${reason.replaceAll('_', ' ')}`
    await takeOutsideRefund(tx, ctx, payment, { externalId, amountBase, reason: why })
  })
}
