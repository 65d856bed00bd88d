/** What a signed-in wallet may see and do. Every read verb takes it; nothing is read without one. */
export type Scope = {
  /** Lower-case wallet address. */
  address: string
  /** The merchant it acts for. */
  merchantId: string
  /** Sees every merchant. */
  operator: boolean
  /** A viewer changes nothing. */
  role: 'owner' | 'viewer'
}

/** The tenant filter of a read: everything for operators, one merchant for everybody else. */
export function toFilter(scope: Scope): { merchantId?: string } {
  return scope.operator ? {} : { merchantId: scope.merchantId }
}

/** May it change things of this merchant? */
export function mayEdit(scope: Scope, merchantId: string): boolean {
  return scope.operator || (scope.role === 'owner' && scope.merchantId === merchantId)
}
