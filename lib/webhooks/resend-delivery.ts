import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { db, sql, stayAlive, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { claimDelivery } from './claim-delivery'
import { isFirst } from './delivery-lease'
import type { TryResult } from './post-message'
import { isTaken, tryDelivery } from './try-delivery'

type Row = { merchantId: string; endpointId: string | null; status: string; isFirst: boolean; isDisabled: boolean }

/**
 * Sends a delivery again, now, under the same id, and waits for the answer (at most 10 s). A given-up delivery stays so if it
 * fails again. May be called any number of times.
 * @throws AppError not-found, not-allowed; stale-state while it is being sent, while an earlier delivery of its subject waits,
 *   or while its endpoint is off.
 */
export async function resendDelivery(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
): Promise<TryResult & { isTaken: boolean }> {
  const [row] = await db.query<Row>(sql`
    SELECT d.merchant_id, d.endpoint_id, d.status, ${isFirst} AS is_first,
      e.disabled_at IS NOT NULL AS is_disabled
    FROM webhook_delivery d LEFT JOIN webhook_endpoint e ON e.id = d.endpoint_id WHERE d.id::text = ${id}`)
  if (!row || !(scope.operator || scope.merchantId === row.merchantId))
    throw new AppError('not-found', 'There is no such delivery.')
  MemberScope.assertMay(scope, row.merchantId, 'integrate')
  if (row.isDisabled) throw new AppError('stale-state', 'Its endpoint is switched off. Switch it on first.')
  if (row.status === 'waiting' && !row.isFirst)
    throw new AppError('stale-state', 'An earlier webhook of the same subject waits. Resend that one first.')
  await stayAlive()
  const claimed = await claimDelivery(id)
  if (!claimed) throw new AppError('stale-state', 'It is being sent at this moment. Look at it again in a few seconds.')
  await withTransaction((tx) =>
    recordEvent(tx, ctx, {
      type: 'webhook.resent',
      merchantId: row.merchantId,
      data: { deliveryId: id, endpointId: row.endpointId },
    }),
  )
  const answer = await tryDelivery(ctx, claimed)
  return { ...answer, isTaken: isTaken(answer) }
}
