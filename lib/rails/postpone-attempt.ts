import { db, sql } from '@/lib/db'

/** Sets when an attempt is looked at next; null: never again. */
export async function postponeAttempt(id: string, seconds: number | null): Promise<void> {
  await db.execute(sql`
    UPDATE external_attempt SET looks = looks + 1,
      due_at = CASE WHEN ${seconds}::float8 IS NULL THEN NULL ELSE now() + make_interval(secs => ${seconds ?? 0}) END
    WHERE id = ${id}::uuid`)
}
