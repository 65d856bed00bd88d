import type { Ctx } from '../../ctx'
import { MemberScope } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { requestRefund } from '@/lib/payments'
import { findFraudWarning } from '@/lib/rails'

/**
 * Refunds all that is left of a payment that the card's issuer warned about, before it becomes a dispute. May be called twice: it
 * is one refund.
 * @returns the refund's id.
 * @throws AppError not-found, not-allowed, not-refundable
 */
export async function refundFraud(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  paymentId: string,
): Promise<{ id: string }> {
  const warning = await findFraudWarning(paymentId)
  if (!warning)
    throw new AppError(
      'not-found',
      'There is no warning of fraud about this payment, or it belongs to another merchant.',
    )
  MemberScope.assertMay(scope, warning.merchantId, 'refund')
  const request = { reason: 'The issuer of the card warned of fraud' }
  return requestRefund(ctx, scope, { paymentId, request, idempotencyKey: `fraud|${warning.externalId}` })
}
