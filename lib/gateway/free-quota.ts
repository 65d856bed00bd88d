import { db, sql } from '@/lib/db'

/** One free call of a wallet on a day (UTC, "2026-11-22"). */
export type FreeCall = { resourceId: string; wallet: string; day: string }

/**
 * Takes one of a wallet's free calls of a day; undefined if none is left. A single statement, so parallel requests cannot
 * take more than `perDay`.
 * @returns the number used, including this one.
 */
export async function takeFreeCall({ resourceId, wallet, day }: FreeCall, perDay: number): Promise<number | undefined> {
  const [row] = await db.query<{ used: number }>(sql`
    INSERT INTO quota_use (resource_id, wallet, day, used)
    SELECT ${resourceId}::uuid, ${wallet}, ${day}::date, 1 WHERE ${perDay}::int > 0
    ON CONFLICT (resource_id, wallet, day) DO UPDATE SET used = quota_use.used + 1 WHERE quota_use.used < ${perDay}::int
    RETURNING used`)
  return row?.used
}
