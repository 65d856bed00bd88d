import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { PricePlan } from '@/lib/pricing'

/** A price that a resource had. Micro-dollars; the instants are those between which it was current. */
export type PriceRow = {
  revision: number
  priceMicros: bigint
  /** Null: fixed. */
  pricing: PricePlan.PricePlan | null
  payouts: readonly { network: Caip2; payTo: `0x${string}` }[]
  validFromMs: number
  /** Null for the current one. */
  validUntilMs: number | null
}

type Row = {
  revision: number
  priceMicros: bigint
  pricing: unknown
  payTo: Record<Caip2, `0x${string}`>
  validFrom: Date
  validUntil: Date | null
}

/**
 * Every price that was current at some moment since `sinceMs`, newest first. For credentials that carry no quote
 * back (x402 v1): pass now minus `Quote.lifetimeMs`.
 */
export async function findPrices(resourceId: string, sinceMs: number): Promise<PriceRow[]> {
  const rows = await db.query<Row>(sql`
    SELECT revision, price_micros, pricing, pay_to, valid_from, valid_until
    FROM resource_price
    WHERE resource_id = ${resourceId}::uuid
      AND (valid_until IS NULL OR valid_until >= ${new Date(sinceMs)})
    ORDER BY revision DESC`)
  return rows.map(toPrice)
}

/** The price of one revision, as it was; undefined when the resource never had it. */
export async function findPrice(resourceId: string, revision: number): Promise<PriceRow | undefined> {
  const [row] = await db.query<Row>(sql`
    SELECT revision, price_micros, pricing, pay_to, valid_from, valid_until
    FROM resource_price WHERE resource_id = ${resourceId}::uuid AND revision = ${revision}`)
  return row && toPrice(row)
}

function toPrice(row: Row): PriceRow {
  return {
    revision: row.revision,
    priceMicros: row.priceMicros,
    pricing: PricePlan.parse(row.pricing),
    payouts: Object.entries(row.payTo).map(([network, payTo]) => ({ network: network as Caip2, payTo })),
    validFromMs: row.validFrom.getTime(),
    validUntilMs: row.validUntil?.getTime() ?? null,
  }
}
