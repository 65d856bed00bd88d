import { sql, type Tx } from '@/lib/db'

/**
 * Marks a payment as refunded if all of it is owed back and no refund of it is open. Two refunds of one payment may be booked
 * at once: the payment's row is locked first, so the second one sees the first.
 */
export async function closeRefunded(tx: Tx, paymentId: string): Promise<void> {
  await tx.execute(sql`SELECT FROM payment WHERE id = ${paymentId}::uuid FOR UPDATE`)
  await tx.execute(sql`
    UPDATE payment SET status = 'refunded' WHERE id = ${paymentId}::uuid AND status = 'refund_due'
      AND NOT EXISTS (SELECT FROM refund r WHERE r.payment_id = payment.id AND r.status IN ('due', 'sent'))`)
}
