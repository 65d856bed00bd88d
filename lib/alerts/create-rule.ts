import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import { type AppError, wrongFields } from '@/lib/errors'
import * as Rule from './Rule'

const rulesMax = 50

/**
 * Creates a rule for the caller's merchant; an operator's rule watches the whole installation. Not idempotent: each
 * call creates one.
 * @throws AppError bad-input, not-allowed
 */
export async function createRule(ctx: Ctx, scope: MemberScope.MemberScope, input: unknown): Promise<{ id: string }> {
  const { merchantId, operator } = scope
  MemberScope.assertMay(scope, merchantId, 'integrate')
  const { condition, endpointId } = Rule.parse(input, scope)
  const { kind, ...params } = condition
  const id = ctx.id()
  await withTransaction(async (tx) => {
    const [found] = await tx.query<{ rules: bigint; endpoint: boolean }>(sql`
      SELECT (SELECT count(*) FROM alert_rule WHERE merchant_id = ${merchantId}::uuid AND archived_at IS NULL) AS rules,
        EXISTS (SELECT 1 FROM webhook_endpoint
          WHERE id = ${endpointId}::uuid AND merchant_id = ${merchantId}::uuid AND disabled_at IS NULL) AS endpoint`)
    if (endpointId !== null && !found?.endpoint)
      throw wrong('endpointId', 'This endpoint does not exist, or is disabled')
    if (Number(found?.rules ?? 0) >= rulesMax)
      throw wrong('kind', `There are already ${rulesMax} rules: archive one of them`)
    await tx.execute(sql`
      INSERT INTO alert_rule (id, merchant_id, kind, params, endpoint_id, operator, created_by)
      VALUES (${id}::uuid, ${merchantId}::uuid, ${kind}, ${json(params)}::jsonb, ${endpointId}::uuid, ${operator},
        ${scope.address})`)
    await recordEvent(tx, ctx, {
      type: 'alert.rule_created',
      merchantId,
      data: { ruleId: id, kind, ...params, endpointId },
    })
  })
  return { id }
}

function wrong(field: string, message: string): AppError {
  return wrongFields([{ field, message }])
}
