import type { Scope } from '@/lib/auth'
import { assertMayEdit } from './lock-endpoint'
import * as Secret from './Secret'

/**
 * What callbacks of the caller's merchant are signed with.
 * @throws AppError not-allowed for viewers.
 */
export function getCallbackSecret(scope: Scope.Scope): string {
  assertMayEdit(scope, scope.merchantId)
  return Secret.ofCallbacks(scope.merchantId)
}
