import { MemberScope, type ApiKey } from '@/lib/auth'
import { AppError } from '@/lib/errors'

/** A member, or a program with a key of the scope refunds:write. */
export type RefundRequester = MemberScope.MemberScope | ApiKey.ApiKey

/** @throws AppError not-found for another merchant's, not-allowed for a role that may not refund. */
export function assertMayRefund(requester: RefundRequester, merchantId: string): void {
  if ('role' in requester) return MemberScope.assertMay(requester, merchantId, 'refund')
  if (requester.merchantId !== merchantId)
    throw new AppError('not-found', 'There is no such payment or refund, or it belongs to another merchant.')
}
