import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { lockResource } from './lock-resource'
import { notifyResourceChanged } from './notify-resource-changed'

/** Removes an upstream header for good. May be called twice. @throws AppError not-found, not-allowed */
export async function removeResourceHeader(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  name: string,
): Promise<void> {
  await withTransaction(async (tx) => {
    const resource = await lockResource(tx, scope, id)
    const removed = await tx.execute(
      sql`DELETE FROM resource_header WHERE resource_id = ${id}::uuid AND name = ${name}`,
    )
    if (removed === 0) return
    await recordEvent(tx, ctx, {
      type: 'resource.header_removed',
      merchantId: resource.merchantId,
      resourceId: id,
      data: { name },
    })
    await notifyResourceChanged(tx, resource.merchantSlug)
  })
}
