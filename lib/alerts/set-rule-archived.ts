import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { lockRule } from './lock-rule'
import { switchRule } from './switch-rule'

/**
 * Archives a rule: disables it, resolves its open alerts and hides it from the list. Restored, it is listed again and stays
 * disabled. Its past alerts stay in the history. Idempotent.
 * @throws AppError not-found, not-allowed
 */
export async function setRuleArchived(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  isArchived: boolean,
): Promise<void> {
  await withTransaction(async (tx) => {
    const rule = await lockRule(tx, scope, id)
    if (rule.isArchived === isArchived) return
    if (isArchived) await switchRule(tx, ctx, rule, false)
    await tx.execute(
      sql`UPDATE alert_rule SET archived_at = CASE WHEN ${isArchived} THEN now() END WHERE id = ${rule.id}::uuid`,
    )
    const type = isArchived ? 'alert.rule_archived' : 'alert.rule_restored'
    await recordEvent(tx, ctx, { type, merchantId: rule.merchantId, data: { ruleId: rule.id } })
  })
}
