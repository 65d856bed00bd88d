import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent, type AuditEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { lockResource } from './lock-resource'
import { notifyResourceChanged } from './notify-resource-changed'
import type { ResourceStatus } from './Resource'

/** The event of each allowed change. A draft goes on sale by `updateResource` only, which checks that it is complete. */
const changes: Partial<Record<`${ResourceStatus} ${ResourceStatus}`, AuditEvent.EventType>> = {
  'live paused': 'resource.paused',
  'paused live': 'resource.resumed',
  'draft archived': 'resource.archived',
  'live archived': 'resource.archived',
  'paused archived': 'resource.archived',
  'archived draft': 'resource.restored',
}

/**
 * Pauses a resource (agents get 503 `paused`; payments that were claimed before are finished), puts it back on sale, archives it
 * (agents get 404; it keeps its address and its history), or restores an archived one as a draft. May be called twice: the
 * second call changes nothing.
 * @throws AppError not-found, not-allowed; not-possible for any other change
 */
export async function setResourceStatus(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  status: ResourceStatus,
): Promise<void> {
  await withTransaction(async (tx) => {
    const before = await lockResource(tx, scope, id)
    if (before.status === status) return
    const type = changes[`${before.status} ${status}`]
    if (!type) throw new AppError('not-possible', refusals[before.status])
    await tx.execute(sql`
      UPDATE resource SET status = ${status}::resource_status, updated_at = now() WHERE id = ${id}::uuid`)
    await recordEvent(tx, ctx, { type, merchantId: before.merchantId, resourceId: id })
    await notifyResourceChanged(tx, before.merchantSlug)
  })
}

const refusals: Record<ResourceStatus, string> = {
  draft: 'This is a draft. Open it, complete it, and put it on sale there.',
  archived: 'This resource is archived. Restore it first: it becomes a draft.',
  live: 'This resource is on sale. Pause or archive it.',
  paused: 'This resource is paused. Put it back on sale, or archive it.',
}
