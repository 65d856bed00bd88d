import { db, sql } from '@/lib/db'

/** Forgets answers whose time is over; that of one that is not settled yet begins when it is. */
export async function forgetAnswers(): Promise<number> {
  return db.execute(sql`
    DELETE FROM payment_answer a USING payment
    WHERE a.expires_at < now() AND payment.id = a.payment_id AND payment.settlement <> 'pending'`)
}
