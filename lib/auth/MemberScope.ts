import type { Reader } from '../ctx'
import { AppError } from '@/lib/errors'
import { permissionsOf, roles, type MemberPermission, type MemberRole } from './RolePermissions'

/** What a signed-in wallet may see and do. Every read verb takes it (it is a Reader). */
export type MemberScope = Reader & {
  /** Lower-case wallet address. */
  address: string
  /** Its role at this merchant; operators are owners everywhere. */
  role: MemberRole
}

/** Whether it may make changes of this kind for this merchant; null stands for what belongs to the installation itself. */
export function may(scope: MemberScope, merchantId: string | null, permission: MemberPermission): boolean {
  if (scope.operator) return true
  return scope.merchantId === merchantId && permissionsOf[scope.role].includes(permission)
}

/**
 * @throws AppError not-found for another merchant's things (their existence is not revealed), not-allowed for a role without the
 * permission; the message names the roles that have it.
 */
export function assertMay(scope: MemberScope, merchantId: string | null, permission: MemberPermission): void {
  if (may(scope, merchantId, permission)) return
  if (scope.merchantId !== merchantId) throw new AppError('not-found', 'There is nothing of this kind here.')
  const able = roles.filter((role) => permissionsOf[role].includes(permission)).join(' or ')
  throw new AppError('not-allowed', `Your role here is ${scope.role}. This change needs the role ${able}.`)
}
