import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'

/**
 * Switches an endpoint off and gives up its waiting deliveries. Returns false, and changes nothing, if it is off already.
 * @param why a sentence for its owner.
 */
export async function disableEndpoint(tx: Tx, ctx: Ctx, id: string, why: string): Promise<boolean> {
  const [row] = await tx.query<{ merchantId: string }>(sql`
    UPDATE webhook_endpoint SET disabled_at = now(), disabled_why = ${why}
    WHERE id = ${id}::uuid AND disabled_at IS NULL RETURNING merchant_id`)
  if (!row) return false
  const givenUp = await tx.execute(
    sql`UPDATE webhook_delivery SET status = 'failed' WHERE target = ${id} AND status = 'waiting'`,
  )
  await recordEvent(tx, ctx, {
    type: 'webhook.endpoint_disabled',
    merchantId: row.merchantId,
    data: { endpointId: id, why, givenUp },
  })
  return true
}
