import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { sql, stayAlive, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { claimDelivery } from './claim-delivery'
import { lockEndpoint } from './lock-endpoint'
import * as Message from './Message'
import type { TryResult } from './post-message'
import { isTaken, tryDelivery } from './try-delivery'

/**
 * Sends an endpoint a test message, once, and waits for the answer (at most 10 s). It is stored among the deliveries. @throws
 * AppError not-found, not-allowed; stale-state if the endpoint is off.
 */
export async function sendTestEvent(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  endpointId: string,
): Promise<TryResult & { id: string; isTaken: boolean }> {
  const id = ctx.id()
  await withTransaction(async (tx) => {
    const { merchantId, url, isDisabled } = await lockEndpoint(tx, scope, endpointId)
    if (isDisabled) throw new AppError('stale-state', 'This endpoint is switched off. Switch it on first.')
    const payload = Message.test(new Date(ctx.now()).toISOString(), endpointId)
    // Stored as failed until it arrives, because it is never retried.
    await tx.execute(sql`
      INSERT INTO webhook_delivery (id, endpoint_id, merchant_id, url, target, subject, type, payload, status)
      VALUES (${id}::uuid, ${endpointId}::uuid, ${merchantId}::uuid, ${url}, ${endpointId}, ${`test:${id}`},
        'webhook.test', ${payload}, 'failed')`)
  })
  await stayAlive()
  const claimed = await claimDelivery(id)
  if (!claimed) throw new AppError('stale-state', 'It is being sent at this moment. Look at it again in a few seconds.')
  const answer = await tryDelivery(ctx, claimed)
  return { ...answer, id, isTaken: isTaken(answer) }
}
