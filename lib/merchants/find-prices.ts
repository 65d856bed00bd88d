import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { PricePlan } from '@/lib/pricing'
import type { Resource } from './Resource'

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

/** Revisions whose payouts are kept; a revision never changes. */
const knownMax = 1_000
const known = new Map<string, PriceRow['payouts']>()

/**
 * Where the money went under a revision of a resource; undefined when it never had it. `resource` is as it is known now, so that
 * the database is asked for revisions only that it has left behind, or that this process has not heard of yet.
 */
export async function findPayouts(
  { id, revision: current, payouts }: Pick<Resource, 'id' | 'revision' | 'payouts'>,
  revision: number,
): Promise<Resource['payouts'] | undefined> {
  if (revision === current) return payouts
  const key = `${id} ${revision}`
  const found = known.get(key) ?? (await findPrice(id, revision))?.payouts
  if (!found) return undefined
  if (known.size >= knownMax) known.clear()
  known.set(key, found)
  return found
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
