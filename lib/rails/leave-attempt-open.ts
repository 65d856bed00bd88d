import { db, sql } from '@/lib/db'

/** The first and the longest pause before an open attempt is looked at again. */
const firstSeconds = 1
const mostSeconds = 600

/** Stores why an attempt is not known yet, and when it is looked at next: each time later. */
export async function leaveAttemptOpen(id: string, reason: string): Promise<void> {
  await db.execute(sql`
    UPDATE external_attempt SET reason = ${reason}, looks = looks + 1,
      due_at = now() + make_interval(secs => least(${mostSeconds}::float8, ${firstSeconds}::float8 * 2 ^ least(looks, 12)) * (0.5 + random()))
    WHERE id = ${id}::uuid AND status = 'sent'`)
}
