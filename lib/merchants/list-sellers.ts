import { db, sql } from '@/lib/db'

/** Slugs of the merchants that have a resource on sale or paused, in order. */
export async function listSellers(): Promise<string[]> {
  const rows = await db.query<{ slug: string }>(sql`
    SELECT slug FROM merchant m
    WHERE EXISTS (SELECT FROM resource r WHERE r.merchant_id = m.id AND r.status IN ('live', 'paused'))
    ORDER BY slug`)
  return rows.map(({ slug }) => slug)
}
