import { db, sql } from '@/lib/db'

/**
 * Whether no other merchant has or had this slug. A former slug stays taken: agents still pay to its URLs. Reads only.
 * @param merchantId the merchant that may keep its own.
 */
export async function isSlugFree(
  slug: string,
  merchantId: string | null = null,
  source: Pick<typeof db, 'query'> = db,
): Promise<boolean> {
  const taken = await source.query(sql`
    SELECT 1 FROM merchant
    WHERE (slug = ${slug} OR former_slugs @> ARRAY[${slug}]) AND id IS DISTINCT FROM ${merchantId}::uuid LIMIT 1`)
  return taken.length === 0
}
