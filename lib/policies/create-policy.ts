import type { Ctx } from '../ctx'
import { findServerWallets, MemberScope, serverWalletsRefused } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import { isNameTaken, nameTaken } from './name-taken'
import * as ExecutionPolicyDraft from './ExecutionPolicyDraft'

/**
 * Creates a policy of the scope's merchant. It applies once a key or a resource names it. Two calls with one name:
 * the second fails.
 * @throws AppError bad-input, not-allowed
 */
export async function createPolicy(ctx: Ctx, scope: MemberScope.MemberScope, input: unknown): Promise<{ id: string }> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'execute')
  if (!(await findServerWallets(scope, merchantId))) throw serverWalletsRefused()
  const { name, rules } = ExecutionPolicyDraft.parse(input)
  const id = ctx.id()
  await withTransaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO execution_policy (id, merchant_id, name, rules)
      VALUES (${id}::uuid, ${merchantId}::uuid, ${name}, ${json(rules)}::jsonb)`)
    const data = { policyId: id, version: 1, name, rules }
    await recordEvent(tx, ctx, { type: 'execution_policy.created', merchantId, data })
  }).catch((error: unknown) => {
    throw isNameTaken(error) ? nameTaken(name) : error
  })
  return { id }
}
