import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { lockRule } from './lock-rule'
import { switchRule } from './switch-rule'

/**
 * Enables or disables a rule; disabling resolves its open alerts. Idempotent.
 * @throws AppError not-found, not-allowed; not-possible for an archived rule
 */
export async function setRuleStatus(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  enabled: boolean,
): Promise<void> {
  await withTransaction(async (tx) => {
    const rule = await lockRule(tx, scope, id)
    if (rule.isArchived && enabled) throw new AppError('not-possible', 'This rule is archived. Restore it first.')
    await switchRule(tx, ctx, rule, enabled)
  })
}
