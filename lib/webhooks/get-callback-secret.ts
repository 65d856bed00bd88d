import { MemberScope } from '@/lib/auth'
import * as Secret from './Secret'

/** The secret that signs callbacks of the caller's merchant. @throws AppError not-allowed for a role that may not integrate. */
export function getCallbackSecret(scope: MemberScope.MemberScope): string {
  MemberScope.assertMay(scope, scope.merchantId, 'integrate')
  return Secret.ofCallbacks(scope.merchantId)
}
