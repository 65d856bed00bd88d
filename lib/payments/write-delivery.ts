import type { Ctx } from '../ctx'
import { insertAccess } from './access-grants'
import { writeAudited, type AuditEvent } from '@/lib/audit'
import { sql, type WritePart, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { insertResolution } from '@/lib/ledger'
import { type Payment } from './Payment'
import { type Delivery } from './Delivery'
import { withFacts, insertAnswers } from './answer-statements'

/** The resource that a payment bought, for the audit trail. */
export type DeliveredResource = Pick<Payment, 'merchantId' | 'resourceId'>

export async function writeDelivery(ctx: Ctx, delivery: Delivery, sold: DeliveredResource, tx?: Tx): Promise<void> {
  const { paymentId: id, upstreamStatus, upstreamEndedAtMs } = delivery
  const part: WritePart = {
    locks: sql`
      due AS (
        SELECT 1 FROM payment WHERE id = ${id}::uuid AND status = 'authorized' AND settlement = 'settled' FOR UPDATE)`,
    holds: sql`EXISTS (SELECT 1 FROM due)`,
    writes: (when) => sql`
      delivered AS (
        UPDATE payment SET status = 'delivered', delivered_at = now(), upstream_status = ${upstreamStatus},
          upstream_ended_at = ${new Date(upstreamEndedAtMs)}, facts = ${withFacts(delivery)}, owner_id = NULL
        WHERE id = ${id}::uuid AND ${when}),
      kept AS (${insertAnswers([delivery], when)}),
      earned AS (${insertResolution('post', [id], when)}),
      granted AS (${insertAccess([id], when)})`,
  }
  const { isWritten } = await writeAudited(ctx, { parts: [part], events: [deliveredEvent({ id, ...sold })] }, tx)
  if (!isWritten) throw new AppError('stale-state', 'This payment was resolved by another process meanwhile.')
}

export function deliveredEvent({
  id,
  merchantId,
  resourceId,
}: DeliveredResource & Pick<Payment, 'id'>): AuditEvent.AuditEvent {
  return { type: 'payment.delivered', merchantId, resourceId: resourceId ?? undefined, paymentId: id }
}
