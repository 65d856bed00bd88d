import type { Reader } from '../ctx'
import { labelNetwork, labelToken, type NetworkLabel, type TokenLabel } from '@/lib/chains'
import { allOf, db, pageQuery, sql } from '@/lib/db'
import { Filter, loadPage, Page } from '@/lib/paging'
import type { FacilitationFilter } from './FacilitationFilter'
import { nameCallers } from './name-callers'

/** A /verify or /settle in a list: plain data, times ISO 8601, amounts as strings. */
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
  /** Name of the remote facilitator that settled it; null for this server. */
  facilitator: string | null
}

type FacilitationRecord = Omit<
  FacilitationRow,
  'createdAt' | 'network' | 'token' | 'amountBase' | 'gasBase' | 'facilitator'
> & {
  createdAt: Date
  network: string
  asset: string
  amountBase: bigint
  gasBase: bigint | null
  upstreamId: string | null
}

/** One page of the reader's facilitations, newest first. Reads only. */
export async function listFacilitations(
  reader: Reader,
  filter: FacilitationFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<FacilitationRow>> {
  const at = Filter.between(filter.from, filter.to)
  const page = await loadPage<FacilitationRecord>(ask, {
    ...pageQuery<FacilitationRecord>({
      columns: sql`
        t.id, t.created_at, t.kind, t.caller, t.x402_version, t.scheme, t.network, t.asset, t.payer, t.pay_to, t.amount_base, t.outcome,
        t.reason, t.latency_ms, t.payment_id, t.gas_base, t.upstream_id`,
      from: sql`facilitation t`,
      where: allOf(
        !reader.operator && sql`t.merchant_id = ${reader.merchantId}::uuid`,
        filter.kind && sql`t.kind = ANY(${filter.kind}::text[])`,
        filter.outcome && sql`t.outcome = ANY(${filter.outcome}::text[])`,
        filter.network !== undefined && sql`t.network = ${filter.network}`,
        filter.caller !== undefined && sql`t.caller = ${filter.caller}`,
        filter.reason !== undefined && sql`strpos(lower(t.reason), lower(${filter.reason}::text)) > 0`,
        at?.gte && sql`t.created_at >= ${at.gte}`,
        at?.lt && sql`t.created_at < ${at.lt}`,
      ),
      at: sql`t.created_at`,
      id: sql`t.id`,
    }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  const names = await namesOf(reader, page.rows)
  return Page.map(page, (row) => toRow(row, names))
}

type Names = { callers: ReadonlyMap<string, string>; facilitators: ReadonlyMap<string, string> }

async function namesOf(reader: Reader, rows: readonly FacilitationRecord[]): Promise<Names> {
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

function toRow(
  { caller, network, asset, ...row }: FacilitationRecord,
  { callers, facilitators }: Names,
): FacilitationRow {
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
    amountBase: row.amountBase.toString(),
    outcome: row.outcome,
    reason: row.reason,
    latencyMs: row.latencyMs,
    paymentId: row.paymentId,
    gasBase: row.gasBase?.toString() ?? null,
    facilitator: row.upstreamId === null ? null : (facilitators.get(row.upstreamId) ?? row.upstreamId),
  }
}
