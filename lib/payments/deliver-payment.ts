import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { type Delivery } from './Delivery'
import { type DeliveredResource, writeDelivery } from './write-delivery'

/**
 * Books a settled payment as earned, right before its answer goes out. Where only the reply of the commit was lost, it is booked
 * as well, and the answer may go: nobody else has it.
 * @throws AppError stale-state when the payment is not ours to deliver any more (it was refunded meanwhile).
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

/** Whether a payment was delivered with this very answer: its upstream is called once. */
async function isDelivered({ paymentId, upstreamEndedAtMs }: Delivery): Promise<boolean> {
  const found = await db.query(sql`
    SELECT FROM payment
    WHERE id = ${paymentId} AND status = 'delivered' AND upstream_ended_at = ${new Date(upstreamEndedAtMs)}`)
  return found.length === 1
}
