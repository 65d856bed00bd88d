import { chains } from '@/lib/chains'
import { db, listen, runFor, sql, type NotifyListener } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { PricePlan } from '@/lib/pricing'
import type { ResourceMeter } from './ResourceDraft'
import type { Execution } from './Execution'
import * as Listing from './Listing'
import { resourceChanged } from './notify-resource-changed'
import type { Resource } from './Resource'

/** What the gateway needs to know of a merchant. */
export type MerchantResources = { merchantId: string; resources: readonly Resource[] }

/** While notifications flow, an entry is right until one comes; the limit is for what nobody thought of. */
const listenedMs = 60_000
/** While they do not, and for slugs that do not exist. */
const unlistenedMs = 1_000
/** Anybody can ask for any slug. */
const entriesMax = 10_000

type Entry = { value: Promise<MerchantResources | undefined>; untilMs: number }
type Cache = { entries: Map<string, Entry>; listener: NotifyListener }

// One process can hold two copies of this module (the plain listener's and Next's bundle): they share one cache.
const shared = globalThis as typeof globalThis & { sluiceResources?: Cache }

function cache(): Cache {
  return (shared.sluiceResources ??= start())
}

function start(): Cache {
  const entries = new Map<string, Entry>()
  const listener = listen(
    resourceChanged,
    (slug) => (slug ? entries.delete(slug) : entries.clear()),
    () => entries.clear(),
  )
  return { entries, listener }
}

/**
 * All resources of a merchant, paused ones too; undefined when there is no such merchant. Cached in this process;
 * a change made anywhere is seen as soon as its notification arrives, and within a second while none can arrive.
 */
export function loadMerchantResources(slug: string): Promise<MerchantResources | undefined> {
  const { entries, listener } = cache()
  const nowMs = Date.now()
  const known = entries.get(slug)
  if (known && known.untilMs > nowMs && (listener.isListening() || known.untilMs - nowMs <= unlistenedMs))
    return known.value
  if (entries.size >= entriesMax) entries.clear()
  const entry: Entry = {
    value: runFor('sales', () => query(slug)),
    untilMs: nowMs + (listener.isListening() ? listenedMs : unlistenedMs),
  }
  // A notification that comes while this loads deletes the entry, so an old answer is never kept.
  entries.set(slug, entry)
  const forget = () => {
    if (entries.get(slug) === entry) entries.delete(slug)
  }
  entry.value.then((found) => {
    if (!found) entry.untilMs = Math.min(entry.untilMs, Date.now() + unlistenedMs)
  }, forget)
  return entry.value
}

/** Ends the listening connection; the next load starts a new one. May be called twice. */
export async function closeResourceCache(): Promise<void> {
  const open = shared.sluiceResources
  delete shared.sluiceResources
  await open?.listener.close()
}

type Row = {
  merchantId: string
  id: string | null
  method: string
  path: string
  name: string
  description: string
  mimeType: string
  upstreamUrl: string
  execution: Execution | null
  policyId: string | null
  timeoutMs: number
  priceMicros: bigint
  pricing: unknown
  settle: 'before' | 'after' | null
  streaming: boolean
  sideEffects: boolean
  session: boolean
  meter: ResourceMeter
  unitType: string
  depositUnits: number
  listing: unknown
  accessSeconds: number | null
  identifierRequired: boolean
  permit2: boolean
  contractPayers: boolean
  status: 'live' | 'paused'
  revision: number
  payouts: { network: Caip2; payTo: string }[]
  headers: { name: string; sealed: string }[]
}

async function query(slug: string): Promise<MerchantResources | undefined> {
  const rows = await db.query<Row>(sql`
    SELECT m.id AS merchant_id, r.id, r.method, r.path, r.name, r.description, r.mime_type, r.upstream_url,
      r.execution, r.policy_id, r.timeout_ms, r.price_micros, r.pricing, r.settle::text, r.streaming, r.side_effects, r.session, r.meter::text, r.unit_type,
      r.deposit_units, r.listing, r.access_seconds, r.identifier_required, r.permit2, r.contract_payers, r.status::text, r.revision,
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
    id,
    merchantId: row.merchantId,
    merchantSlug: slug,
    method: row.method,
    path: row.path,
    name: row.name,
    description: row.description,
    mimeType: row.mimeType,
    upstreamUrl: row.upstreamUrl,
    execution: row.execution,
    policyId: row.policyId,
    timeoutMs: row.timeoutMs,
    priceMicros: row.priceMicros,
    pricing: PricePlan.parse(row.pricing),
    settle: row.settle,
    streaming: row.streaming,
    sideEffects: row.sideEffects,
    session: row.session,
    meter: row.meter,
    unitType: row.unitType,
    depositUnits: row.depositUnits,
    listing: Listing.fromRow(row.listing),
    accessSeconds: row.accessSeconds,
    identifierRequired: row.identifierRequired,
    permit2: row.permit2,
    contractPayers: row.contractPayers,
    status: row.status,
    revision: row.revision,
    payouts: row.payouts.toSorted((a, b) => rank(a.network) - rank(b.network)),
    headers: row.headers.map(({ name, sealed }) => ({ name, sealed: Buffer.from(sealed, 'base64') })),
  }
}

/** In the registry's order, which is that of what is used most: some clients take the first offer whose method they know. */
function rank(network: Caip2): number {
  const index = chains.findIndex((chain) => chain.network === network)
  return index === -1 ? chains.length : index
}
