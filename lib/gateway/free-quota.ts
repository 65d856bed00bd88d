import { db, sql } from '@/lib/db'

/** One call that a wallet has for nothing on a day (UTC, "2026-11-22"). */
export type FreeCall = { resourceId: string; wallet: string; day: string }

/**
 * Takes one of the calls that a wallet has for nothing on a day; undefined when they are used up. One statement, so that any
 * number of requests at once get no more than there are.
 * @returns how many are used now, this one too.
 */
export async function takeFreeCall({ resourceId, wallet, day }: FreeCall, perDay: number): Promise<number | undefined> {
  const [row] = await db.query<{ used: number }>(sql`
    INSERT INTO quota_use (resource_id, wallet, day, used)
    SELECT ${resourceId}::uuid, ${wallet}, ${day}::date, 1 WHERE ${perDay}::int > 0
    ON CONFLICT (resource_id, wallet, day) DO UPDATE SET used = quota_use.used + 1 WHERE quota_use.used < ${perDay}::int
    RETURNING used`)
  return row?.used
}
