import type { Reader } from '../ctx'

/** What a signed-in wallet may see and do. Every read verb takes it (it is a Reader); nothing is read without one. */
export type Scope = Reader & {
  /** Lower-case wallet address. */
  address: string
  /** A viewer changes nothing. */
  role: 'owner' | 'viewer'
}

/** May it change things of this merchant? */
export function mayEdit(scope: Scope, merchantId: string): boolean {
  return scope.operator || (scope.role === 'owner' && scope.merchantId === merchantId)
}
