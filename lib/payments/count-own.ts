import { sql, type Tx } from '@/lib/db'
import { Filter } from '@/lib/paging'

/** How many of these payments and channels are the merchant's. */
export async function countOwn(tx: Tx, merchantId: string, ids: readonly string[]): Promise<number> {
  const [own] = await tx.query<{ count: number }>(sql`
    SELECT (SELECT count(*) FROM payment WHERE id = ANY(${ids.filter(Filter.isId)}::uuid[]) AND merchant_id = ${merchantId}::uuid
        AND origin = 'gateway')::int
      + (SELECT count(*) FROM channel WHERE id = ANY(${ids}::text[]) AND merchant_id = ${merchantId}::uuid)::int AS count`)
  return own?.count ?? 0
}
