import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { type Delivery } from './Delivery'
import { type DeliveredResource, writeDelivery } from './write-delivery'

/**
 * Books a settled payment as earned, right before its answer is sent. If only the reply of the commit is lost, it counts as
 * booked and the answer may go, because no other request serves this payment.
 * @throws AppError stale-state if another process resolved the payment (refunded it, for example).
 */
export async function deliverPayment(ctx: Ctx, delivery: Delivery, sold: DeliveredResource): Promise<void> {
  try {
    failpoint('before-commit')
    await writeDelivery(ctx, delivery, sold)
  } catch (error) {
    const isRefused = error instanceof AppError && error.code === 'stale-state'
    if (isRefused || !(await isDelivered(delivery).catch(() => false))) throw error
  }
}

/** Whether exactly this answer delivered the payment: its upstream is called only once. */
async function isDelivered({ paymentId, upstreamEndedAtMs }: Delivery): Promise<boolean> {
  const found = await db.query(sql`
    SELECT FROM payment
    WHERE id = ${paymentId} AND status = 'delivered' AND upstream_ended_at = ${new Date(upstreamEndedAtMs)}`)
  return found.length === 1
}
