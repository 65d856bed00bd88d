import { db, sql } from '@/lib/db'

/** A resource's merchant slug, method and path with `:name`s; undefined if it is neither on sale nor paused. */
export async function findResourceAddress(
  id: string,
): Promise<{ merchantSlug: string; method: string; path: string } | undefined> {
  const [row] = await db.query<{ slug: string; method: string; path: string }>(sql`
    SELECT m.slug, r.method, r.path FROM resource r JOIN merchant m ON m.id = r.merchant_id
    WHERE r.id = ${id}::uuid AND r.status IN ('live', 'paused')`)
  return row && { merchantSlug: row.slug, method: row.method, path: row.path }
}
