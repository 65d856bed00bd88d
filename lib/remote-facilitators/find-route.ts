import { log } from '../log'
import { db, runFor, sql } from '@/lib/db'
import type { Payment } from '@/lib/payments'
import { stateOf, type BreakerState } from './Breaker'
import * as RemoteFacilitator from './RemoteFacilitator'

/** Who may settle a payment: facilitators in order of preference, then we ourselves, if at all. */
export type SettlementRoute = { facilitators: readonly RouteCandidate[]; local: boolean }
export type RouteCandidate = { facilitator: RemoteFacilitator.RemoteFacilitator; state: BreakerState }

const localOnly: SettlementRoute = { facilitators: [], local: true }

type Known = {
  targets: ReadonlyMap<string, readonly string[]>
  facilitators: ReadonlyMap<string, RouteCandidate>
}

/** A route that was edited holds in every process after this long. */
const keptMs = 1_000

const known = new Map<string, { atMs: number; read: Promise<Known> }>()

/** The route of a payment's network and scheme; ours alone where its merchant chose none. Facilitators that are down are left out. */
export async function findRoute({
  merchantId,
  network,
  scheme,
}: Pick<Payment.Payment, 'merchantId' | 'network'> & { scheme: string }): Promise<SettlementRoute> {
  const { targets, facilitators } = await readRoutes(merchantId)
  // MPP's charge is the same transfer as x402's exact.
  const chosen = targets.get(`${network}|${scheme === 'charge' ? 'exact' : scheme}`)
  if (!chosen) return localOnly
  return {
    facilitators: chosen.flatMap((target) => facilitators.get(target) ?? []).filter(({ state }) => state !== 'open'),
    local: chosen.includes('local'),
  }
}

/** The facilitators that a merchant's routes name, each once. */
export async function listRoutedFacilitators(merchantId: string): Promise<{ name: string; url: string }[]> {
  const { targets, facilitators } = await readRoutes(merchantId)
  const ids = new Set([...targets.values()].flat())
  return [...ids].flatMap((id) => {
    const found = facilitators.get(id)?.facilitator
    return found ? [{ name: found.name, url: found.url }] : []
  })
}

/** Forgets what was read, in this process: an edit counts at once. */
export function forgetRoutes(merchantId: string): void {
  known.delete(merchantId)
}

function readRoutes(merchantId: string): Promise<Known> {
  const held = known.get(merchantId)
  if (held && Date.now() - held.atMs < keptMs) return held.read
  const read = runFor('sales', () => load(merchantId))
  known.set(merchantId, { atMs: Date.now(), read })
  read.catch(() => known.delete(merchantId))
  return read
}

type HealthRow = RemoteFacilitator.RemoteFacilitatorRow & { openForMs: number | null }

async function load(merchantId: string): Promise<Known> {
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

/** Columns of a facilitator as `RemoteFacilitator.from` takes them. */
export const columns = sql`
  id, merchant_id, name, url, auth_sealed, timeout_ms, failures, supported`
