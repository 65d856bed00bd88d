import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { disableEndpoint } from './disable-endpoint'
import { lockEndpoint } from './lock-endpoint'

/**
 * Switches an endpoint on or off. Off, it gets no events and its waiting deliveries are given up; they stay readable, and can
 * be sent again once it is on. An archived one that is switched on is listed again. May be called twice. @throws AppError not-found, not-allowed
 */
export async function setEndpointStatus(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  status: 'enabled' | 'disabled',
): Promise<void> {
  await withTransaction(async (tx) => {
    const { merchantId, isDisabled } = await lockEndpoint(tx, scope, id)
    if (isDisabled === (status === 'disabled')) return
    if (status === 'disabled') {
      await disableEndpoint(tx, ctx, id, 'It was switched off by hand.')
      await tx.execute(sql`UPDATE webhook_endpoint SET failing_since = NULL WHERE id = ${id}::uuid`)
      return
    }
    await tx.execute(sql`
      UPDATE webhook_endpoint SET disabled_at = NULL, disabled_why = NULL, failing_since = NULL, archived_at = NULL WHERE id = ${id}::uuid`)
    await recordEvent(tx, ctx, { type: 'webhook.endpoint_enabled', merchantId, data: { endpointId: id } })
  })
}
