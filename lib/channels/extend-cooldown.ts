import { db, sql } from '@/lib/db'

/** Extends the cooldown of these channels to this long from now, for the next facilitator; 0 ends it. */
export async function extendCooldown(channelIds: readonly string[], forMs: number): Promise<void> {
  await db.execute(sql`
    UPDATE channel SET apart_until = now() + make_interval(secs => ${forMs / 1000})
    WHERE id IN (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) AND apart_until IS NOT NULL ORDER BY id FOR NO KEY UPDATE)`)
}
