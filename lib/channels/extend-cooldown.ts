import { db, sql } from '@/lib/db'

/** Holds them that much longer from now on, for the next one that is asked; 0 lets them go. */
export async function extendCooldown(channelIds: readonly string[], forMs: number): Promise<void> {
  await db.execute(sql`
    UPDATE channel SET apart_until = now() + make_interval(secs => ${forMs / 1000})
    WHERE id IN (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) AND apart_until IS NOT NULL ORDER BY id FOR NO KEY UPDATE)`)
}
