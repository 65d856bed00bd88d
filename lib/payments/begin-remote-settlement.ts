import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { withFacts } from './answer-statements'
import { isKept } from './Delivery'
import { keepAnswers } from './keep-answers'
import type { SettlingPayment } from './SettlingPayment'

/**
 * Marks a locked payment as settling by a remote facilitator, and stores its answer if there is one. From here on the payment
 * stays with that facilitator until the chain shows its outcome.
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
