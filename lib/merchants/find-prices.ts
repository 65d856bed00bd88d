import { db, sql } from '@/lib/db'
import { type PriceRow } from './PriceRow'
import { type StoredPriceRow, toPrice } from './price-rows'

/**
 * Every price that was valid at some time since `sinceMs`, newest first. For credentials that return no quote (x402 v1): pass
 * now minus `Quote.lifetimeMs`.
 */
export async function findPrices(resourceId: string, sinceMs: number): Promise<PriceRow[]> {
  const rows = await db.query<StoredPriceRow>(sql`
    SELECT revision, price_micros, pricing, pay_to, valid_from, valid_until
    FROM resource_price
    WHERE resource_id = ${resourceId}::uuid
      AND (valid_until IS NULL OR valid_until >= ${new Date(sinceMs)})
    ORDER BY revision DESC`)
  return rows.map(toPrice)
}
