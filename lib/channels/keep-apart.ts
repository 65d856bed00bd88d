import { db, sql } from '@/lib/db'

/**
 * Takes free channels off the schedule for a while, for whoever asks somebody else to settle them: one caller gets each. Those that
 * wait for trouble to pass are free for it too.
 * @returns the ids of those that were taken.
 */
export async function keepApart(channelIds: readonly string[], forMs: number): Promise<Set<string>> {
  const taken = await db.query<{ id: string }>(sql`
    WITH locked AS (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE channel c SET parked_until = now() + make_interval(secs => ${forMs / 1000}), parked_reason = NULL
    FROM locked l WHERE c.id = l.id AND c.status = 'open' AND c.settlement_id IS NULL
      AND (c.parked_until IS NULL OR c.parked_until <= now() OR c.parked_reason IS NOT NULL)
    RETURNING c.id`)
  return new Set(taken.map(({ id }) => id))
}
