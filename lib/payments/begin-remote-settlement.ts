import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { withFacts } from './answer-statements'
import { isKept } from './Delivery'
import { keepAnswers } from './keep-answers'
import type { SettlingPayment } from './SettlingPayment'

/**
 * Marks a locked payment as being settled by somebody else's facilitator, and keeps the answer that is already there. From here
 * on it is that one's, until the chain says what became of it.
 */
export async function beginRemoteSettlement(
  tx: Tx,
  ctx: Ctx,
  { payment, delivery }: SettlingPayment,
  via: { id: string; name: string },
): Promise<void> {
  await tx.execute(sql`
    UPDATE payment SET settlement = 'pending', settle_via = ${via.id}, upstream_status = ${delivery?.upstreamStatus ?? null},
      upstream_ended_at = ${delivery ? new Date(delivery.upstreamEndedAtMs) : null}, facts = ${withFacts(delivery)}
    WHERE id = ${payment.id}`)
  if (delivery) await keepAnswers(tx, [delivery])
  await recordEvent(tx, ctx, {
    type: 'payment.settling',
    merchantId: payment.merchantId,
    resourceId: payment.resourceId ?? undefined,
    paymentId: payment.id,
    data: {
      via: via.name,
      upstreamId: via.id,
      ...(delivery && { upstreamStatus: delivery.upstreamStatus, answerKept: isKept(delivery.answer) }),
    },
  })
}
