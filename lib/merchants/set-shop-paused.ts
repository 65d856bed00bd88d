import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { notifyResourceChanged } from './notify-resource-changed'

/**
 * Pauses all resources of a merchant, whatever their own states are, or ends the pause. Agents get 503 `paused`; payments that
 * were claimed before are finished. May be called twice: the second call changes nothing.
 * @throws AppError not-found, not-allowed, stale-state for a shop that was closed
 */
export async function setShopPaused(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  merchantId: string,
  isPaused: boolean,
): Promise<void> {
  MemberScope.assertMay(scope, merchantId, 'sell')
  await withTransaction(async (tx) => {
    const [merchant] = await tx.query<{ slug: string; isPaused: boolean; isClosed: boolean }>(sql`
      SELECT slug, paused_at IS NOT NULL AS is_paused, closed_at IS NOT NULL AS is_closed FROM merchant WHERE id = ${merchantId}::uuid FOR UPDATE`)
    if (!merchant) throw new AppError('not-found', 'There is no such merchant.')
    if (merchant.isClosed) throw new AppError('stale-state', 'This shop is closed for good.')
    if (merchant.isPaused === isPaused) return
    await tx.execute(
      sql`UPDATE merchant SET paused_at = CASE WHEN ${isPaused} THEN now() END WHERE id = ${merchantId}::uuid`,
    )
    await recordEvent(tx, ctx, { type: isPaused ? 'merchant.paused' : 'merchant.resumed', merchantId })
    await notifyResourceChanged(tx, merchant.slug)
  })
}
