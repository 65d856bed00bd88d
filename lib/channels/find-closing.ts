import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { type DueChannel } from './DueChannel'
import { selectDue, dueMax } from './due-statements'

/**
 * Free channels of a network whose payer asked to close. Channels without failed tries come first, so that a channel that
 * cannot be closed blocks no other; among them the nearest deadline.
 */
export function findClosing(network: Caip2): Promise<DueChannel[]> {
  return db.query<DueChannel>(sql`
    ${selectDue} WHERE c.network = ${network} AND c.status = 'open' AND c.close_requested_at IS NOT NULL AND c.next_due_at <= now()
    ORDER BY c.tries > 0, c.close_deadline_at, c.id LIMIT ${dueMax}`)
}
