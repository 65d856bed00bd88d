import { db, sql, type Sql } from '@/lib/db'

/** Stores why due refunds are not sent. They stay due. Idempotent. */
export async function explainDueRefunds(which: Sql, reason: string): Promise<void> {
  await db.execute(sql`
    UPDATE refund SET held_reason = ${reason} WHERE status = 'due' AND ${which} AND held_reason IS DISTINCT FROM ${reason}`)
}
