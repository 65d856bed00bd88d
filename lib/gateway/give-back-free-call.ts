import { log } from '../log'
import { db, sql } from '@/lib/db'
import { type FreeCall } from './free-quota'

/**
 * Returns a free call that got no answer. Never throws. If the database fails, the wallet loses this one call for the
 * day.
 */
export async function giveBackFreeCall({ resourceId, wallet, day }: FreeCall): Promise<void> {
  await db
    .execute(sql`
      UPDATE quota_use SET used = used - 1
      WHERE resource_id = ${resourceId}::uuid AND wallet = ${wallet} AND day = ${day}::date AND used > 0`)
    .catch((error: unknown) => log().warn({ err: error, resourceId }, 'a free call could not be given back'))
}
