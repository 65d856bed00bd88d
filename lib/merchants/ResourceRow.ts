import { json, sql, type Sql } from '@/lib/db'
import { PricePlan } from '@/lib/pricing'
import * as Listing from './Listing'
import type { ResourceContent } from './Resource'

/** The columns of a resource's content, by member: the only place that lists them. */
const columns: { [Member in keyof ResourceContent]: Sql } = {
  method: sql`method`,
  path: sql`path`,
  name: sql`name`,
  description: sql`description`,
  mimeType: sql`mime_type`,
  upstreamUrl: sql`upstream_url`,
  execution: sql`execution`,
  policyId: sql`policy_id`,
  timeoutMs: sql`timeout_ms`,
  priceMicros: sql`price_micros`,
  pricing: sql`pricing`,
  settle: sql`settle`,
  streaming: sql`streaming`,
  sideEffects: sql`side_effects`,
  session: sql`session`,
  meter: sql`meter`,
  unitType: sql`unit_type`,
  depositUnits: sql`deposit_units`,
  listing: sql`listing`,
  accessSeconds: sql`access_seconds`,
  identifierRequired: sql`identifier_required`,
  permit2: sql`permit2`,
  contractPayers: sql`contract_payers`,
  ownPayouts: sql`own_payouts`,
}

export const members = Object.keys(columns) as (keyof ResourceContent)[]

const jsonMembers: ReadonlySet<keyof ResourceContent> = new Set(['execution', 'pricing', 'listing'])

/** The content of a resource as its row holds it: `fromRow` reads the JSON of its price and its listing. */
export type StoredContent = Omit<ResourceContent, 'pricing' | 'listing'> & { pricing: unknown; listing: unknown }

/** For SELECT: the columns of `resource r`. */
export const selected: Sql = list(members.map((member) => sql`r.${columns[member]}`))

/** For INSERT: the columns, and the values in the same order. */
export const inserted: Sql = list(members.map((member) => columns[member]))

export function values(content: ResourceContent): Sql {
  return list(members.map((member) => sql`${encode(member, content)}`))
}

/** For UPDATE … SET. */
export function assignments(content: ResourceContent): Sql {
  return list(members.map((member) => sql`${columns[member]} = ${encode(member, content)}`))
}

export function fromRow<Row extends StoredContent>(row: Row): Omit<Row, 'pricing' | 'listing'> & ResourceContent {
  return { ...row, pricing: PricePlan.parse(row.pricing), listing: Listing.fromRow(row.listing) }
}

function encode(member: keyof ResourceContent, content: ResourceContent): unknown {
  const value = content[member]
  return value !== null && jsonMembers.has(member) ? json(value) : value
}

function list(parts: readonly Sql[]): Sql {
  return parts.reduce((all, part) => sql`${all}, ${part}`)
}
