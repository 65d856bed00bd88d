import * as ApiKey from './ApiKey'
import { assertMay, type MemberScope } from './MemberScope'

/**
 * A key does nothing that the member who holds its secret may not do.
 * @throws AppError not-allowed
 */
export function assertMayGiveScopes(
  scope: MemberScope,
  merchantId: string,
  scopes: readonly ApiKey.ApiKeyScope[],
): void {
  assertMay(scope, merchantId, 'integrate')
  for (const name of scopes) {
    const permission = ApiKey.neededPermissions[name]
    if (permission) assertMay(scope, merchantId, permission)
  }
}
