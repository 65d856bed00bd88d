import { db, sql } from '@/lib/db'

/** Deletes stored answers whose time is over. The time of an unsettled payment's answer starts when it is settled. */
export async function forgetAnswers(): Promise<number> {
  return db.execute(sql`
    DELETE FROM payment_answer a USING payment
    WHERE a.expires_at < now() AND payment.id = a.payment_id AND payment.settlement <> 'pending'`)
}
