import { db, sql } from '@/lib/db'
import { backoffInterval } from './backoff-statement'

/**
 * Postpones channels after a failed pass: by a second at first, doubled with each failure in a row, at most `mostMs`, plus up
 * to half of it at random so that they do not all return together.
 */
export async function postponeChannels(channelIds: readonly string[], mostMs: number): Promise<void> {
  if (channelIds.length === 0) return
  await db.execute(sql`
    WITH locked AS (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE channel c SET tries = least(c.tries + 1, 30),
      next_due_at = now() + ${backoffInterval(sql`c.tries`, mostMs)}
    FROM locked l WHERE c.id = l.id AND c.status IN ('opening', 'open') AND c.settlement_id IS NULL`)
}
