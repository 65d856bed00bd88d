import type { Reader } from '../ctx'
import { labelNetwork, labelToken, type NetworkLabel } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import { Policy } from '@/lib/pricing'

/** A row of the list. Amounts are micro-dollars. */
export type ResourceRow = {
  id: string
  merchantSlug: string
  method: string
  path: string
  name: string
  priceMicros: bigint
  /** Whether the price is the most of what is counted, or else what hours and agents change. */
  priced: 'fixed' | 'counted' | 'policy'
  /** Sold by sessions too. */
  session: boolean
  /** What the price buys, in a word. */
  unitType: string
  status: 'live' | 'paused'
  networks: NetworkLabel[]
  /** Delivered payments and vouchers of the last 24 hours, and what they earned. */
  paidCalls: number
  revenueMicros: bigint
}

type Row = {
  id: string
  slug: string
  method: string
  path: string
  name: string
  price_micros: bigint
  pricing: unknown
  session: boolean
  unit_type: string
  status: 'live' | 'paused'
  networks: string[]
  earned: { network: string; asset: string; count: number; base: string }[]
}

/** What the reader's merchants sell, by path. Reads only. */
export async function listResources(reader: Reader): Promise<ResourceRow[]> {
  const rows = await db.query<Row>(sql`
    SELECT r.id, m.slug, r.method, r.path, r.name, r.price_micros, r.pricing, r.session, r.unit_type, r.status::text,
      ARRAY(SELECT p.network FROM resource_payout p WHERE p.resource_id = r.id ORDER BY p.network) AS networks,
      (SELECT coalesce(json_agg(e), '[]') FROM (
         SELECT network, asset, sum(count)::int AS count, sum(base)::text AS base FROM (
           SELECT network, asset, count(*) AS count, sum(amount_base) AS base FROM payment
           WHERE resource_id = r.id AND status = 'delivered' AND created_at > now() - interval '24 hours'
           GROUP BY network, asset
           UNION ALL
           SELECT c.network, c.asset, count(*), sum(v.charged_base) FROM voucher v JOIN channel c ON c.id = v.channel_id
           WHERE v.resource_id = r.id AND v.charged_base > 0 AND v.at > now() - interval '24 hours'
           GROUP BY c.network, c.asset) sold
         GROUP BY network, asset) e) AS earned
    FROM resource r JOIN merchant m ON m.id = r.merchant_id
    WHERE ${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid
    ORDER BY m.slug, r.path, r.method LIMIT 500`)
  return rows.map((row) => ({
    id: row.id,
    merchantSlug: row.slug,
    method: row.method,
    path: row.path,
    name: row.name,
    priceMicros: row.price_micros,
    priced: pricedBy(Policy.parse(row.pricing)),
    session: row.session,
    unitType: row.unit_type,
    status: row.status,
    networks: row.networks.map(labelNetwork),
    paidCalls: row.earned.reduce((sum, { count }) => sum + count, 0),
    revenueMicros: row.earned.reduce((sum, { network, asset, base }) => {
      return sum + Amount.baseToMicros(BigInt(base), labelToken(network, asset).decimals)
    }, 0n),
  }))
}

function pricedBy(policy: Policy.Policy | null): ResourceRow['priced'] {
  return policy ? (policy.unit ? 'counted' : 'policy') : 'fixed'
}
