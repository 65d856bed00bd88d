import type { Ctx } from '../ctx'
import { toAppError, type AppError } from '@/lib/errors'
import { refundPayment, voidPayments } from '@/lib/payments'
import { logUnwrittenEnd } from './log-unwritten-end'
import { withConsequence } from './with-consequence'

/**
 * Decides what a failed upstream means for a payment: an unsettled payment is voided and costs nothing, a settled one is refunded.
 * Returns the error for the agent, with that consequence; the payment keeps its sentence as the reason. What the database refuses now is written later by `expire-payments`.
 */
export async function refuseFailedUpstream(
  ctx: Ctx,
  { paymentId, isSettled }: { paymentId: string; isSettled: boolean },
  error: unknown,
): Promise<AppError> {
  const reason = toAppError(error).message
  if (isSettled) {
    await refundPayment(ctx, paymentId, reason).catch(logUnwrittenEnd)
    return withConsequence(error, 'Your payment is being refunded.')
  }
  await voidPayments(ctx, [paymentId], reason).catch(logUnwrittenEnd)
  return withConsequence(error, 'You were not charged.')
}
