import { log } from '../log'
import { db, sql } from '@/lib/db'
import { type FreeCall } from './free-quota'

/** Gives one back that brought no answer. What cannot be written now is lost to the wallet for the day, and costs nobody anything. */
export async function giveBackFreeCall({ resourceId, wallet, day }: FreeCall): Promise<void> {
  await db
    .execute(sql`
      UPDATE quota_use SET used = used - 1
      WHERE resource_id = ${resourceId}::uuid AND wallet = ${wallet} AND day = ${day}::date AND used > 0`)
    .catch((error: unknown) => log().warn({ err: error, resourceId }, 'a free call could not be given back'))
}
