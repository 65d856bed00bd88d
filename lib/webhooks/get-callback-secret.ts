import type { MemberScope } from '@/lib/auth'
import { assertMayEdit } from './lock-endpoint'
import * as Secret from './Secret'

/** The secret that signs callbacks of the caller's merchant. @throws AppError not-allowed for viewers. */
export function getCallbackSecret(scope: MemberScope.MemberScope): string {
  assertMayEdit(scope, scope.merchantId)
  return Secret.ofCallbacks(scope.merchantId)
}
