import { db, isDead, processId, sql, stayAlive } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

/**
 * Lets go of a payment whose request gave up waiting for its settlement: the background tasks, or the same
 * credential sent again, go on with it.
 */
export async function releasePayment(paymentId: string): Promise<void> {
  await db.execute(sql`UPDATE payment SET owner_id = NULL WHERE id = ${paymentId} AND owner_id = ${processId}::uuid`)
}

/**
 * Takes over a settled payment whose upstream was never called, because its first request ended (or its
 * process died) while the settlement was on the way. One caller gets it.
 */
export async function resumePayment(paymentId: string): Promise<Payment | undefined> {
  await stayAlive()
  const [payment] = await db.query<Payment>(sql`
    UPDATE payment SET owner_id = ${processId}::uuid
    WHERE id = ${paymentId} AND status = 'authorized' AND settlement = 'settled' AND upstream_started_at IS NULL
      AND (owner_id IS NULL OR ${isDead(sql`payment.owner_id`)})
    RETURNING ${columns}`)
  return payment
}

/**
 * Writes down that the upstream is about to be called, so that it is never called twice for one payment.
 * @returns false when the payment is not ours any more: do not call.
 */
export async function startUpstream(paymentId: string): Promise<boolean> {
  const written = await db.execute(sql`
    UPDATE payment SET upstream_started_at = now()
    WHERE id = ${paymentId} AND owner_id = ${processId}::uuid AND status = 'authorized' AND upstream_started_at IS NULL`)
  return written === 1
}
