import type { Ctx } from '../ctx'
import { Scope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { isNameTaken, nameTaken } from './name-taken'
import { parseRules, type PolicyRules } from './ExecutionPolicy'
import * as ExecutionPolicyDraft from './ExecutionPolicyDraft'

/**
 * Edits a policy: a new version, which holds for every request from then on; what was allowed before goes on. An edit that
 * changes nothing writes nothing.
 * @param version the one that was edited from.
 * @throws AppError bad-input, not-found, not-allowed, stale-state when somebody else edited meanwhile.
 */
export async function updatePolicy(
  ctx: Ctx,
  scope: Scope.Scope,
  id: string,
  version: number,
  input: unknown,
): Promise<void> {
  const { name, rules } = ExecutionPolicyDraft.parse(input)
  await withTransaction(async (tx) => {
    const before = await lockPolicy(tx, scope, id)
    if (before.version !== version)
      throw new AppError('stale-state', 'Somebody else edited this policy meanwhile. Reload it and repeat your change.')
    const changes = diff({ name: before.name, ...before.rules }, { name, ...rules })
    if (Object.keys(changes).length === 0) return
    await tx.execute(sql`
      UPDATE execution_policy
      SET name = ${name}, rules = ${json(rules)}::jsonb, version = ${version + 1}, updated_at = now()
      WHERE id = ${id}::uuid`)
    const data = { policyId: id, version: version + 1, name, changes }
    await recordEvent(tx, ctx, { type: 'execution_policy.updated', merchantId: before.merchantId, data })
  }).catch((error: unknown) => {
    throw isNameTaken(error) ? nameTaken(name) : error
  })
}

/**
 * Takes a policy out of use: whatever is held to it may execute nothing more. What was allowed before goes on. May be
 * called twice.
 * @throws AppError not-found, not-allowed
 */
export async function archivePolicy(ctx: Ctx, scope: Scope.Scope, id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const before = await lockPolicy(tx, scope, id)
    if (before.archived) return
    await tx.execute(sql`UPDATE execution_policy SET archived_at = now() WHERE id = ${id}::uuid`)
    const data = { policyId: id, version: before.version, name: before.name }
    await recordEvent(tx, ctx, { type: 'execution_policy.archived', merchantId: before.merchantId, data })
  })
}

type Locked = { merchantId: string; name: string; version: number; rules: PolicyRules; archived: boolean }

async function lockPolicy(tx: Tx, scope: Scope.Scope, id: string): Promise<Locked> {
  const [row] = await tx.query<Omit<Locked, 'rules'> & { rules: unknown }>(sql`
    SELECT merchant_id, name, version, rules, archived_at IS NOT NULL AS archived
    FROM execution_policy WHERE id = ${id}::uuid FOR UPDATE`)
  if (!row) throw new AppError('not-found', 'There is no such policy.')
  Scope.assertOwner(scope, row.merchantId)
  return { ...row, rules: parseRules(row.rules) }
}

/** What differs, as { field: { from, to } }. */
function diff<Fields extends object>(before: Fields, after: Fields): Record<string, { from: unknown; to: unknown }> {
  const fields = Object.keys(after) as (keyof Fields & string)[]
  return Object.fromEntries(
    fields
      .filter((field) => json(before[field]) !== json(after[field]))
      .map((field) => [field, { from: before[field], to: after[field] }]),
  )
}
