import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent, recordEvents } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { eventsOf } from './check-alerts'

type Row = { id: string; merchantId: string; kind: string; endpointId: string | null; enabled: boolean }

/**
 * Enables or disables a rule; disabling resolves its open alerts. Idempotent.
 * @throws AppError not-found, not-allowed
 */
export async function setRuleStatus(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  enabled: boolean,
): Promise<void> {
  await withTransaction(async (tx) => {
    const [rule] = await tx.query<Row>(sql`
      SELECT id, merchant_id, kind, endpoint_id, enabled
      FROM alert_rule WHERE id::text = ${id} FOR UPDATE`)
    if (!rule || !(scope.operator || scope.merchantId === rule.merchantId))
      throw new AppError('not-found', 'There is no such rule.')
    MemberScope.assertMay(scope, rule.merchantId, 'integrate')
    if (rule.enabled === enabled) return
    await tx.execute(sql`UPDATE alert_rule SET enabled = ${enabled} WHERE id = ${rule.id}::uuid`)
    await recordEvent(tx, ctx, {
      type: 'alert.rule_switched',
      merchantId: rule.merchantId,
      data: { ruleId: rule.id, enabled },
    })
    if (enabled) return
    const resolved = await tx.query<{ id: string; subject: string; message: string }>(sql`
      UPDATE alert SET resolved_at = now() WHERE rule_id = ${rule.id}::uuid AND resolved_at IS NULL
      RETURNING id, subject, message`)
    await recordEvents(tx, ctx, eventsOf(rule, 'alert.resolved', resolved))
  })
}
