import { MemberScope } from '@/lib/auth'
import * as Signature from './Signature'

/** The secret that signs callbacks of the caller's merchant. @throws AppError not-allowed for a role that may not integrate. */
export function getCallbackSecret(scope: MemberScope.MemberScope): string {
  MemberScope.assertMay(scope, scope.merchantId, 'integrate')
  return Signature.ofCallbacks(scope.merchantId)
}
