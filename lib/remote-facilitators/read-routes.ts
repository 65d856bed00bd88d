import { log } from '../log'
import { db, runFor, sql } from '@/lib/db'
import { stateOf } from './Breaker'
import * as RemoteFacilitator from './RemoteFacilitator'
import { columns } from './columns'
import type { RouteCandidate } from './SettlementRoute'

/** How long other processes may use a route after it was edited. */
const keptMs = 1_000

export function readRoutes(merchantId: string): Promise<MerchantRoutes> {
  const held = routesRead.get(merchantId)
  if (held && Date.now() - held.atMs < keptMs) return held.read
  const read = runFor('sales', () => load(merchantId))
  routesRead.set(merchantId, { atMs: Date.now(), read })
  read.catch(() => routesRead.delete(merchantId))
  return read
}

type HealthRow = RemoteFacilitator.RemoteFacilitatorRow & { openForMs: number | null }

async function load(merchantId: string): Promise<MerchantRoutes> {
  const routes = await db.query<{ network: string; scheme: string; targets: string[] }>(
    sql`SELECT network, scheme, targets FROM facilitator_route WHERE merchant_id = ${merchantId}::uuid`,
  )
  const targets = new Map(routes.map(({ network, scheme, targets }) => [`${network}|${scheme}`, targets]))
  if (routes.length === 0) return { targets, facilitators: new Map() }
  const rows = await db.query<HealthRow>(sql`
    SELECT ${columns}, extract(epoch FROM open_until - now())::float8 * 1000 AS open_for_ms
    FROM facilitator_upstream WHERE merchant_id = ${merchantId}::uuid AND enabled`)
  const facilitators = new Map<string, RouteCandidate>()
  for (const { openForMs, ...row } of rows)
    try {
      facilitators.set(row.id, { facilitator: RemoteFacilitator.from(row), state: stateOf(row.failures, openForMs) })
    } catch (error) {
      log().error({ err: error, upstreamId: row.id }, 'the credentials of a facilitator do not open: it is left out')
    }
  return { targets, facilitators }
}

export type MerchantRoutes = {
  targets: ReadonlyMap<string, readonly string[]>
  facilitators: ReadonlyMap<string, RouteCandidate>
}

export const routesRead = new Map<string, { atMs: number; read: Promise<MerchantRoutes> }>()

/** Drops the cached routes of this process, so that an edit takes effect at once. */
export function forgetRoutes(merchantId: string): void {
  routesRead.delete(merchantId)
}
