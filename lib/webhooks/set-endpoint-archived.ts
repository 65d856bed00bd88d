import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { disableEndpoint } from './disable-endpoint'
import { lockEndpoint } from './lock-endpoint'

/**
 * Archives an endpoint: switches it off and hides it from the list. Restored, it is listed again and stays off. Its deliveries
 * stay readable. May be called twice. @throws AppError not-found, not-allowed
 */
export async function setEndpointArchived(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  isArchived: boolean,
): Promise<void> {
  await withTransaction(async (tx) => {
    const { merchantId } = await lockEndpoint(tx, scope, id)
    if (isArchived) await disableEndpoint(tx, ctx, id, 'It was archived.')
    const changed = await tx.execute(sql`
      UPDATE webhook_endpoint SET archived_at = CASE WHEN ${isArchived} THEN now() END
      WHERE id = ${id}::uuid AND (archived_at IS NOT NULL) <> ${isArchived}`)
    if (changed === 0) return
    const type = isArchived ? 'webhook.endpoint_archived' : 'webhook.endpoint_restored'
    await recordEvent(tx, ctx, { type, merchantId, data: { endpointId: id } })
  })
}
