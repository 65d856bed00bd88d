import type { Reader } from '../ctx'
import { labelNetwork, labelToken, type NetworkLabel, type TokenLabel } from '@/lib/chains'
import { db, prisma, sql, type Prisma } from '@/lib/db'
import { Filter, loadPage, Page } from '@/lib/paging'
import type { FacilitationFilter } from './FacilitationFilter'

/** A /verify or /settle as a list shows it: plain data, times ISO 8601, amounts as strings. */
export type FacilitationRow = {
  id: string
  createdAt: string
  kind: string
  caller: string
  x402Version: number
  scheme: string
  network: NetworkLabel
  token: TokenLabel
  payer: string | null
  payTo: string
  amountBase: string
  outcome: string
  reason: string | null
  latencyMs: number
  paymentId: string | null
  gasBase: string | null
  /** Name of the facilitator that settled it; null for this server. */
  facilitator: string | null
}

type Found = Prisma.FacilitationGetPayload<object>

/** One page of what the reader may see, newest first. Reads only. */
export async function listFacilitations(
  reader: Reader,
  filter: FacilitationFilter,
  agentRequest: Page.PageRequest,
): Promise<Page.Page<FacilitationRow>> {
  const createdAt = Filter.between(filter.from, filter.to)
  const where: Prisma.FacilitationWhereInput = {
    ...(!reader.operator && { merchantId: reader.merchantId }),
    ...(filter.kind && { kind: { in: filter.kind } }),
    ...(filter.outcome && { outcome: { in: filter.outcome } }),
    ...(filter.network !== undefined && { network: filter.network }),
    ...(filter.caller !== undefined && { caller: filter.caller }),
    ...(filter.reason !== undefined && { reason: { contains: filter.reason, mode: 'insensitive' } }),
    ...(createdAt && { createdAt }),
  }
  const page = await loadPage<Found>(agentRequest, {
    find: (asked) => {
      const { where: window, ...rest } = Page.bounds(asked)
      return prisma().facilitation.findMany({ where: { AND: [where, window] }, ...rest })
    },
    count: (limit) => prisma().facilitation.count({ where, orderBy: Page.newest, take: limit }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  const names = await namesOf(reader, page.rows)
  return Page.map(page, (row) => toRow(row, names))
}

type Names = { callers: ReadonlyMap<string, string>; facilitators: ReadonlyMap<string, string> }

async function namesOf(reader: Reader, rows: readonly Found[]): Promise<Names> {
  const upstreamIds = rows.flatMap(({ upstreamId }) => upstreamId ?? [])
  const [callers, facilitators] = await Promise.all([
    nameCallers(
      reader,
      rows.map(({ caller }) => caller),
    ),
    db.query<{ id: string; name: string }>(
      sql`SELECT id, name FROM facilitator_upstream WHERE id = ANY(${upstreamIds}::uuid[])`,
    ),
  ])
  return { callers, facilitators: new Map(facilitators.map(({ id, name }) => [id, name])) }
}

/** Everybody who may have asked, for a filter: the keys with the scope, and whoever has none. Reads only. */
export async function listCallers(reader: Reader): Promise<{ value: string; label: string }[]> {
  const keys = await db.query<{ id: string; name: string }>(sql`
    SELECT id, name FROM api_key
    WHERE 'facilitate' = ANY(scopes) AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)
    ORDER BY name, id`)
  return [...keys.map(({ id, name }) => ({ value: `key:${id}`, label: name })), { value: 'public', label: anybody }]
}

const anybody = 'Anybody'

/** Callers in words: the names of their keys. */
export async function nameCallers(reader: Reader, callers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = callers.flatMap((caller) => (caller.startsWith('key:') ? caller.slice(4) : []))
  const keys = await db.query<{ id: string; name: string }>(sql`
    SELECT id, name FROM api_key
    WHERE id = ANY(${ids}::uuid[]) AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`)
  return new Map([['public', anybody], ...keys.map(({ id, name }): [string, string] => [`key:${id}`, name])])
}

function toRow({ caller, network, asset, ...row }: Found, { callers, facilitators }: Names): FacilitationRow {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    kind: row.kind,
    caller: callers.get(caller) ?? caller,
    x402Version: row.x402Version,
    scheme: row.scheme,
    network: labelNetwork(network),
    token: labelToken(network, asset),
    payer: row.payer,
    payTo: row.payTo,
    amountBase: row.amountBase.toFixed(0),
    outcome: row.outcome,
    reason: row.reason,
    latencyMs: row.latencyMs,
    paymentId: row.paymentId,
    gasBase: row.gasBase?.toFixed(0) ?? null,
    facilitator: row.upstreamId === null ? null : (facilitators.get(row.upstreamId) ?? row.upstreamId),
  }
}

/** What one caller had settled on one UTC day and network. Base units and micro-dollars as strings. */
export type CallerUsageRow = {
  caller: string
  day: string
  network: NetworkLabel
  settlements: number
  amountMicros: string
  /** What its transactions cost us. */
  spentBase: string
  /** What is counted against its cap: what was spent, and what those that are on their way may cost at most. */
  billedBase: string
}
