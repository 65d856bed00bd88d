import type { Ctx } from '../ctx'
import type { AppError } from '@/lib/errors'
import { refundPayment, voidPayments } from '@/lib/payments'
import { logUnwrittenEnd } from './log-unwritten-end'
import { withConsequence } from './with-consequence'

const reason = 'The upstream failed before its answer began.'

/**
 * Decides what a failed upstream means for a payment: an unsettled payment is voided and costs nothing, a settled one is refunded.
 * Returns the error for the agent, with that consequence. What the database refuses now is written later by `expire-payments`.
 */
export async function refuseFailedUpstream(
  ctx: Ctx,
  { paymentId, isSettled }: { paymentId: string; isSettled: boolean },
  error: unknown,
): Promise<AppError> {
  if (isSettled) {
    await refundPayment(ctx, paymentId, reason).catch(logUnwrittenEnd)
    return withConsequence(error, 'Your payment is being refunded.')
  }
  await voidPayments(ctx, [paymentId], reason).catch(logUnwrittenEnd)
  return withConsequence(error, 'You were not charged.')
}
