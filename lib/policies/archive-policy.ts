import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { lockPolicy } from './lock-policy'

/**
 * Archives a policy: no new request under it is allowed. Requests that were allowed before continue. Idempotent.
 * @throws AppError not-found, not-allowed
 */
export async function archivePolicy(ctx: Ctx, scope: MemberScope.MemberScope, id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const before = await lockPolicy(tx, scope, id)
    if (before.archived) return
    await tx.execute(sql`UPDATE execution_policy SET archived_at = now() WHERE id = ${id}::uuid`)
    const data = { policyId: id, version: before.version, name: before.name }
    await recordEvent(tx, ctx, { type: 'execution_policy.archived', merchantId: before.merchantId, data })
  })
}
