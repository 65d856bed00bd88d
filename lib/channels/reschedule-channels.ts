import { db, sql } from '@/lib/db'

/** Recomputes when these channels are due, after a pass that found them not due yet. */
export async function rescheduleChannels(channelIds: readonly string[]): Promise<void> {
  if (channelIds.length === 0) return
  await db.execute(sql`
    WITH locked AS (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE channel c SET next_due_at = channel_due_at(c) FROM locked l WHERE c.id = l.id`)
}
