import type { Ctx } from '../ctx'
import { recordEvent, recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { eventsOf } from './check-alerts'
import type { LockedRule } from './lock-rule'

/** Enables or disables a locked rule; disabling resolves its open alerts. Idempotent. */
export async function switchRule(tx: Tx, ctx: Ctx, rule: LockedRule, enabled: boolean): Promise<void> {
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
}
