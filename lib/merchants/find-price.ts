import { db, sql } from '@/lib/db'
import { type PriceRow } from './PriceRow'
import { type StoredPriceRow, toPrice } from './price-rows'

/** The price of one revision; undefined if the resource never had it. */
export async function findPrice(resourceId: string, revision: number): Promise<PriceRow | undefined> {
  const [row] = await db.query<StoredPriceRow>(sql`
    SELECT revision, price_micros, pricing, pay_to, valid_from, valid_until
    FROM resource_price WHERE resource_id = ${resourceId}::uuid AND revision = ${revision}`)
  return row && toPrice(row)
}
