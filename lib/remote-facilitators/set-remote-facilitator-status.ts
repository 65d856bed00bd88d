import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { forgetRoutes } from './read-routes'
import { lockFacilitator } from './lock-facilitator'

/**
 * Enables or disables a remote facilitator. A disabled one gets no new payment; those that it has are followed until
 * the chain shows their outcome. Idempotent.
 * @throws AppError not-found, not-allowed
 */
export async function setRemoteFacilitatorStatus(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  enabled: boolean,
): Promise<void> {
  await withTransaction(async (tx) => {
    const before = await lockFacilitator(tx, scope, id)
    if (before.enabled === enabled) return
    await tx.execute(sql`
      UPDATE facilitator_upstream SET enabled = ${enabled}, failures = 0, open_until = NULL WHERE id = ${id}::uuid`)
    const data = { upstreamId: id, name: before.name, enabled }
    await recordEvent(tx, ctx, { type: 'facilitator.upstream_switched', merchantId: before.merchantId, data })
    forgetRoutes(before.merchantId)
  })
}
