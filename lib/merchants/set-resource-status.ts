import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { lockResource } from './lock-resource'
import { notifyResourceChanged } from './notify-resource-changed'

/**
 * Takes a resource off sale (agents get 404) or puts it back. May be called twice: the second call changes nothing.
 * @throws AppError not-found, not-allowed
 */
export async function setResourceStatus(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  status: 'live' | 'paused',
): Promise<void> {
  await withTransaction(async (tx) => {
    const before = await lockResource(tx, scope, id)
    if (before.status === status) return
    await tx.execute(sql`
      UPDATE resource SET status = ${status}::resource_status, updated_at = now() WHERE id = ${id}::uuid`)
    const type = status === 'paused' ? 'resource.paused' : 'resource.resumed'
    await recordEvent(tx, ctx, { type, merchantId: before.merchantId, resourceId: id })
    await notifyResourceChanged(tx, before.merchantSlug)
  })
}
