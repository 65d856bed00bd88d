import type { Reader } from '../ctx'
import { AppError } from '@/lib/errors'

/** What a signed-in wallet may see and do. Every read verb takes it (it is a Reader). */
export type MemberScope = Reader & {
  /** Lower-case wallet address. */
  address: string
  /** A viewer changes nothing. */
  role: 'owner' | 'viewer'
}

/** Whether it may change things of this merchant. */
export function mayEdit(scope: MemberScope, merchantId: string): boolean {
  return scope.operator || (scope.role === 'owner' && scope.merchantId === merchantId)
}

/** @throws AppError not-found for another merchant's things (their existence is not revealed), not-allowed for viewers. */
export function assertOwner(scope: MemberScope, merchantId: string): void {
  if (mayEdit(scope, merchantId)) return
  if (scope.merchantId !== merchantId) throw new AppError('not-found', 'There is nothing of this kind here.')
  throw new AppError('not-allowed', 'Your wallet may look at this but not change it. Ask an owner.')
}
