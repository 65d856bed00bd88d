import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { adoptProofs, releasePayment } from '@/lib/payments'
import { takeProof } from './take-proof'

/**
 * Books payments that moved before they were claimed and whose process died before it booked them. Their agent then gets its
 * answer with the same credential, or the payment is refunded. Safe to run in any process at any time.
 * @returns how many were taken over.
 */
export async function settleProofs(ctx: Ctx): Promise<number> {
  const payments = await adoptProofs()
  for (const payment of payments) {
    if (ctx.isLate()) break
    await takeProof({ payment }).catch((error: unknown) =>
      log().warn({ err: error, paymentId: payment.id }, 'a proven payment could not be booked yet'),
    )
  }
  await Promise.all(payments.map(({ id }) => releasePayment(id)))
  return payments.length
}
