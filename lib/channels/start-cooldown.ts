import { db, sql } from '@/lib/db'

/**
 * Takes free channels off the schedule for a while, before a remote facilitator is asked to settle them. Of several callers one
 * gets each channel.
 * @returns the ids of the channels that this caller got.
 */
export async function startCooldown(channelIds: readonly string[], forMs: number): Promise<Set<string>> {
  const taken = await db.query<{ id: string }>(sql`
    WITH locked AS (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE channel c SET apart_until = now() + make_interval(secs => ${forMs / 1000})
    FROM locked l WHERE c.id = l.id AND c.status = 'open' AND c.settlement_id IS NULL
      AND (c.apart_until IS NULL OR c.apart_until <= now())
    RETURNING c.id`)
  return new Set(taken.map(({ id }) => id))
}
