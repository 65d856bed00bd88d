import { log } from '../log'
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

/** Gives one back that brought no answer. What cannot be written now is lost to the wallet for the day, and costs nobody anything. */
export async function giveBackFreeCall({ resourceId, wallet, day }: FreeCall): Promise<void> {
  await db
    .execute(sql`
      UPDATE quota_use SET used = used - 1
      WHERE resource_id = ${resourceId}::uuid AND wallet = ${wallet} AND day = ${day}::date AND used > 0`)
    .catch((error: unknown) => log().warn({ err: error, resourceId }, 'a free call could not be given back'))
}
