import { MemberScope } from '@/lib/auth'
import { AppError } from '@/lib/errors'

/** @throws AppError not-found for another merchant's things (their existence is not revealed), not-allowed for viewers. */
export function assertMayEdit(scope: MemberScope.MemberScope, merchantId: string): void {
  if (MemberScope.mayEdit(scope, merchantId)) return
  if (scope.merchantId !== merchantId) throw new AppError('not-found', 'There is no such resource.')
  throw new AppError('not-allowed', 'Your wallet may look at this but not change it. Ask an owner.')
}
