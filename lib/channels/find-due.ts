import { db, sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { type DueChannel } from './DueChannel'
import { selectDue, dueMax, selectExposed, ofExposed } from './due-statements'

/**
 * Free channels of a network that may be due now, by the time that the trigger channel_schedules computed: possibly too early,
 * never too late. Channels without failed tries come first.
 */
export function findDue(network: Caip2): Promise<DueChannel[]> {
  return db.query<DueChannel>(sql`
    ${selectDue} WHERE c.network = ${network} AND c.status = 'open' AND c.close_requested_at IS NULL AND c.next_due_at <= now()
    ORDER BY c.tries > 0, c.next_due_at, c.id LIMIT ${dueMax}`)
}

/**
 * SQL condition: `findDue`, `findClosing` or `findExposed` finds a channel on some network, or edited terms wait for
 * `applyEditedTerms`.
 */
export const toSettle: Sql = sql`(
  EXISTS (SELECT FROM channel c WHERE c.status = 'open' AND c.close_requested_at IS NULL AND c.next_due_at <= now())
  OR EXISTS (SELECT FROM channel c WHERE c.status = 'open' AND c.close_requested_at IS NOT NULL AND c.next_due_at <= now())
  OR EXISTS (
    SELECT FROM (${selectExposed(sql`true`)}) exposed WHERE EXISTS (SELECT FROM channel c WHERE ${ofExposed}))
  OR EXISTS (SELECT FROM channel_policy WHERE reschedule_after IS NOT NULL))`

/** SQL condition: a channel is open or opening on some network. */
export const hasLive: Sql = sql`EXISTS (SELECT FROM channel WHERE status IN ('opening', 'open', 'closing'))`
