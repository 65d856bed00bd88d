import type { Ctx } from '../ctx'
import { findServerWallets, serverWalletsRefused, type MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { isNameTaken, nameTaken } from './name-taken'
import * as ExecutionPolicyDraft from './ExecutionPolicyDraft'
import { lockPolicy } from './lock-policy'

/**
 * Edits a policy. The new version applies to every later request; requests that were allowed before continue. An edit
 * without a change writes nothing.
 * @param version the version that the member edited.
 * @throws AppError bad-input, not-found, not-allowed, stale-state if the policy changed in the meantime.
 */
export async function updatePolicy(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  version: number,
  input: unknown,
): Promise<void> {
  const { name, rules } = ExecutionPolicyDraft.parse(input)
  await withTransaction(async (tx) => {
    const before = await lockPolicy(tx, scope, id)
    if (!(await findServerWallets(scope, before.merchantId))) throw serverWalletsRefused()
    if (before.version !== version)
      throw new AppError('stale-state', 'Another user edited this policy meanwhile. Reload it and repeat your change.')
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

/** The changed fields, as { field: { from, to } }. */
function diff<Fields extends object>(before: Fields, after: Fields): Record<string, { from: unknown; to: unknown }> {
  const fields = Object.keys(after) as (keyof Fields & string)[]
  return Object.fromEntries(
    fields
      .filter((field) => json(before[field]) !== json(after[field]))
      .map((field) => [field, { from: before[field], to: after[field] }]),
  )
}
