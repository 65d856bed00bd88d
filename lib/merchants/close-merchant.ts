import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { notifyResourceChanged } from './notify-resource-changed'

/**
 * Closes a merchant for good, in the caller's transaction; the caller has locked it and checked that it may. Its resources answer 410, its
 * slugs stay taken and everything stays readable. The pause stays set: what leaves catalogues while paused stays out.
 * @throws AppError stale-state if sales are not paused, or it was closed before.
 */
export async function closeMerchant(tx: Tx, ctx: Ctx, merchantId: string): Promise<void> {
  const [closed] = await tx.query<{ slug: string }>(sql`
    UPDATE merchant SET closed_at = now() WHERE id = ${merchantId}::uuid AND closed_at IS NULL AND paused_at IS NOT NULL
    RETURNING slug`)
  if (!closed) throw new AppError('stale-state', 'The shop was closed before, or its sales are on again.')
  await recordEvent(tx, ctx, { type: 'merchant.closed', merchantId })
  await notifyResourceChanged(tx, closed.slug)
}
