import { chains } from '@/lib/chains'
import { db, notifiedCache, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import * as ResourceRow from './ResourceRow'
import { resourceChanged } from './notify-resource-changed'
import type { Resource } from './Resource'

/** A merchant's resources, as the gateway needs them. */
export type MerchantResources = { merchantId: string; resources: readonly Resource[] }

/** Any caller can ask for any slug. */
const entriesMax = 10_000

/** All resources of a merchant, by its slug, in every state; undefined when there is no such merchant. */
export const resourceCache = notifiedCache(resourceChanged, query, entriesMax)

type Row = ResourceRow.StoredContent & {
  id: string | null
  merchantId: string
  status: Resource['status']
  revision: number
  isClosed: boolean
  payouts: { network: Caip2; payTo: string }[]
  headers: { name: string; sealed: string }[]
}

async function query(slug: string): Promise<MerchantResources | undefined> {
  const rows = await db.query<Row>(sql`
    SELECT m.id AS merchant_id, r.id, r.revision,
      CASE WHEN r.status = 'live' AND m.paused_at IS NOT NULL THEN 'paused' ELSE r.status::text END AS status, m.closed_at IS NOT NULL AS is_closed, ${ResourceRow.selected},
      (SELECT coalesce(json_agg(json_build_object('network', p.network, 'payTo', p.pay_to) ORDER BY p.network), '[]')
         FROM resource_payout p WHERE p.resource_id = r.id) AS payouts,
      (SELECT coalesce(json_agg(json_build_object('name', h.name, 'sealed', encode(h.sealed, 'base64'))
          ORDER BY h.name), '[]')
         FROM resource_header h WHERE h.resource_id = r.id) AS headers
    FROM merchant m LEFT JOIN resource r ON r.merchant_id = m.id
    WHERE m.slug = ${slug}
    ORDER BY r.path, r.method`)
  const [first] = rows
  if (!first) return undefined
  return {
    merchantId: first.merchantId,
    resources: rows.flatMap((row) => (row.id === null ? [] : [toResource(slug, row, row.id)])),
  }
}

function toResource(slug: string, row: Row, id: string): Resource {
  return {
    ...ResourceRow.fromRow(row),
    id,
    merchantSlug: slug,
    payouts: row.payouts.toSorted((a, b) => rank(a.network) - rank(b.network)),
    headers: row.headers.map(({ name, sealed }) => ({ name, sealed: Buffer.from(sealed, 'base64') })),
  }
}

/** In the registry's order, most used first: some clients take the first offer whose method they know. */
function rank(network: Caip2): number {
  const index = chains.findIndex((chain) => chain.network === network)
  return index === -1 ? chains.length : index
}
