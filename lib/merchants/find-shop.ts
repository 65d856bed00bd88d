import { db, sql } from '@/lib/db'

/** The public facts of a merchant. */
export type Shop = { slug: string; name: string }

/** The merchant with this slug, or that had it before; undefined if there is none. Open to the public. */
export async function findShop(slug: string): Promise<Shop | undefined> {
  const [found] = await db.query<Shop>(sql`
    SELECT slug, name FROM merchant WHERE slug = ${slug} OR former_slugs @> ARRAY[${slug}] ORDER BY slug <> ${slug} LIMIT 1`)
  return found
}
