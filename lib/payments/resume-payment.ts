import { db, isDead, processId, sql, stayAlive } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'
import { releaseOnLostReply } from './release-on-lost-reply'

/**
 * Takes over a settled payment whose upstream was never called, because its first request or process ended during the
 * settlement.
 * @returns the payment, for exactly one caller; else undefined.
 */
export async function resumePayment(paymentId: string): Promise<Payment | undefined> {
  await stayAlive()
  const taking = db.query<Payment>(sql`
    UPDATE payment SET owner_id = ${processId}::uuid
    WHERE id = ${paymentId} AND status = 'authorized' AND settlement = 'settled' AND upstream_started_at IS NULL
      AND (owner_id IS NULL OR ${isDead(sql`payment.owner_id`)})
    RETURNING ${columns}`)
  const [payment] = await releaseOnLostReply(paymentId, taking)
  return payment
}
