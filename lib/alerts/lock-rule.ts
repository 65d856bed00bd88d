import { MemberScope } from '@/lib/auth'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'

export type LockedRule = {
  id: string
  merchantId: string
  kind: string
  endpointId: string | null
  enabled: boolean
  isArchived: boolean
}

/**
 * The row of a rule, locked until the transaction ends.
 * @throws AppError not-found, also for another merchant's; not-allowed for a role that may not integrate.
 */
export async function lockRule(tx: Tx, scope: MemberScope.MemberScope, id: string): Promise<LockedRule> {
  const [rule] = await tx.query<LockedRule>(sql`
    SELECT id, merchant_id, kind, endpoint_id, enabled, archived_at IS NOT NULL AS is_archived
    FROM alert_rule WHERE id::text = ${id} FOR UPDATE`)
  if (!rule || !(scope.operator || scope.merchantId === rule.merchantId))
    throw new AppError('not-found', 'There is no such rule.')
  MemberScope.assertMay(scope, rule.merchantId, 'integrate')
  return rule
}
