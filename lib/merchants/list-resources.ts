import type { Reader } from '../ctx'
import { Chain, labelNetwork, type NetworkLabel } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Amount, type Caip2 } from '@/lib/money'
import { PricePlan } from '@/lib/pricing'
import type { ResourceStatus } from './Resource'
import * as ResourceFilter from './ResourceFilter'

/** A row of the list. Amounts are micro-dollars. */
export type ResourceRow = {
  id: string
  merchantSlug: string
  method: string
  path: string
  name: string
  priceMicros: bigint
  /** `counted`: the price is the maximum of what is counted. `policy`: hours and agents change it. */
  priced: 'fixed' | 'counted' | 'policy'
  /** Sold by sessions too. */
  session: boolean
  /** The unit that the price buys, in a word. */
  unitType: string
  /** Its own state, whether or not the shop is paused. */
  status: ResourceStatus
  networks: NetworkLabel[]
  /** Delivered payments and vouchers of this hour and the 23 before it, and what they earned. */
  paidCalls: number
  revenueMicros: bigint
}

type Row = {
  id: string
  slug: string
  method: string
  path: string
  name: string
  priceMicros: bigint
  pricing: unknown
  session: boolean
  unitType: string
  status: ResourceStatus
  networks: string[]
  earned: { network: string; asset: string; count: number; base: string }[]
}

/** The resources that the reader may see, or its archived ones, at most 500, in the order of the filter. Reads only. */
export async function listResources(
  reader: Reader,
  isArchived = false,
  filter: ResourceFilter.ResourceFilter = {},
): Promise<ResourceRow[]> {
  const { q = null, status = null } = filter
  const rows = await db.query<Row>(sql`
    SELECT r.id, m.slug, r.method, r.path, r.name, r.price_micros, r.pricing, r.session, r.unit_type, r.status::text,
      ARRAY(SELECT p.network FROM resource_payout p WHERE p.resource_id = r.id ORDER BY p.network) AS networks,
      coalesce(s.earned, '[]') AS earned
    FROM resource r JOIN merchant m ON m.id = r.merchant_id LEFT JOIN (
      SELECT resource_id, json_agg(json_build_object('network', network, 'asset', asset, 'count', count, 'base', base::text)) AS earned
      FROM (
        SELECT t.resource_id, t.network, t.asset, sum(t.sold)::int AS count, sum(t.base) AS base FROM sale t
        WHERE t.hour >= date_trunc('hour', now(), 'UTC') - interval '23 hours'
          AND (${reader.operator} OR t.merchant_id = ${reader.merchantId}::uuid)
        GROUP BY 1, 2, 3) sold
      GROUP BY 1) s ON s.resource_id = r.id
    WHERE (${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid)
      AND (r.status = 'archived') = ${isArchived} AND (${status}::text IS NULL OR r.status::text = ${status})
      AND (${q}::text IS NULL OR strpos(lower(r.name || ' ' || r.path), lower(${q})) > 0)
    ORDER BY m.slug, r.path, r.method LIMIT 500`)
  const found = rows.map((row) => ({
    id: row.id,
    merchantSlug: row.slug,
    method: row.method,
    path: row.path,
    name: row.name,
    priceMicros: row.priceMicros,
    priced: pricedBy(PricePlan.parse(row.pricing)),
    session: row.session,
    unitType: row.unitType,
    status: row.status,
    networks: row.networks.map(labelNetwork),
    paidCalls: row.earned.reduce((sum, { count }) => sum + count, 0),
    revenueMicros: row.earned.reduce((sum, { network, asset, base }) => {
      const dollar = Chain.findDollar(network as Caip2, asset)
      return dollar ? sum + Amount.baseToMicros(BigInt(base), dollar.decimals) : sum
    }, 0n),
  }))
  return ResourceFilter.sortRows(found, filter)
}

function pricedBy(policy: PricePlan.PricePlan | null): ResourceRow['priced'] {
  return policy ? (policy.unit ? 'counted' : 'policy') : 'fixed'
}
