import { MemberScope } from '@/lib/auth'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { parseRules, type PolicyRules } from './ExecutionPolicy'

type LockedPolicy = { merchantId: string; name: string; version: number; rules: PolicyRules; archived: boolean }

export async function lockPolicy(tx: Tx, scope: MemberScope.MemberScope, id: string): Promise<LockedPolicy> {
  const [row] = await tx.query<Omit<LockedPolicy, 'rules'> & { rules: unknown }>(sql`
    SELECT merchant_id, name, version, rules, archived_at IS NOT NULL AS archived
    FROM execution_policy WHERE id = ${id}::uuid FOR UPDATE`)
  if (!row) throw new AppError('not-found', 'There is no such policy.')
  MemberScope.assertMay(scope, row.merchantId, 'execute')
  return { ...row, rules: parseRules(row.rules) }
}
