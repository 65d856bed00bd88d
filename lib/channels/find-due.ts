import { db, sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { type DueChannel } from './DueChannel'
import { selectDue, dueMax, selectExposed, ofExposed } from './due-statements'

/**
 * Free channels of a network that their schedule may want something of by now, as the trigger channel_schedules foresaw: it may be
 * too early, never too late. Those that were not looked at in vain come first.
 */
export function findDue(network: Caip2): Promise<DueChannel[]> {
  return db.query<DueChannel>(sql`
    ${selectDue} WHERE c.network = ${network} AND c.status = 'open' AND c.close_requested_at IS NULL AND c.next_due_at <= now()
    ORDER BY c.tries > 0, c.next_due_at, c.id LIMIT ${dueMax}`)
}

/** SQL condition: one of these finds something on some network, or an edited policy is to be followed. */
export const toSettle: Sql = sql`(
  EXISTS (SELECT FROM channel c WHERE c.status = 'open' AND c.close_requested_at IS NULL AND c.next_due_at <= now())
  OR EXISTS (SELECT FROM channel c WHERE c.status = 'open' AND c.close_requested_at IS NOT NULL AND c.next_due_at <= now())
  OR EXISTS (
    SELECT FROM (${selectExposed(sql`true`)}) exposed WHERE EXISTS (SELECT FROM channel c WHERE ${ofExposed}))
  OR EXISTS (SELECT FROM channel_policy WHERE reschedule_after IS NOT NULL))`

/** SQL condition: a channel is open on some network, or about to be. */
export const hasLive: Sql = sql`EXISTS (SELECT FROM channel WHERE status IN ('opening', 'open', 'closing'))`
