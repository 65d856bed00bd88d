import { db, sql } from '@/lib/db'

/**
 * Says where a due refund of a payment goes, if nothing says it yet: once for each try.
 * @returns its id; undefined if no refund of the payment waits for that.
 */
export async function directRefund(paymentId: string, from: string, to: string): Promise<string | undefined> {
  const [directed] = await db.query<{ id: string }>(sql`
    UPDATE refund SET "to" = ${to}, due_at = now(), held_reason = NULL
    WHERE id = (
      SELECT id FROM refund WHERE payment_id = ${paymentId}::uuid AND status = 'due' AND source = 'signer' AND "to" = ${from}
      ORDER BY created_at, id LIMIT 1 FOR UPDATE)
    RETURNING id`)
  return directed?.id
}
