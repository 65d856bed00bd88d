import type { Reader } from '../ctx'
import { labelNetwork, type NetworkLabel } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import * as Breaker from './Breaker'
import * as RemoteFacilitator from './RemoteFacilitator'

/** A remote facilitator with its health over the last day, for the page. Times ISO 8601. */
export type RemoteFacilitatorView = {
  id: string
  merchantId: string
  name: string
  url: string
  authKind: RemoteFacilitator.FacilitatorAuth['kind']
  authHint: string
  timeoutMs: number
  enabled: boolean
  state: Breaker.BreakerState
  calls: number
  /**
   * Share of requests with an answer, minus reported settlements that the chain does not show; 0 to 1, null without
   * requests.
   */
  successShare: number | null
  p50Ms: number | null
  p95Ms: number | null
  lastError: { message: string; at: string } | null
  /** "exact on Base" …; null if it never answered. */
  supports: readonly string[] | null
}

type Row = Omit<RemoteFacilitatorView, 'state' | 'lastError' | 'supports'> & {
  failures: number
  openForMs: number | null
  lastError: string | null
  lastErrorAt: Date | null
  supported: unknown
}

/** How long a transaction that a facilitator named may take to appear on chain. */
const patience = '1 minute'

/** The reader's remote facilitators, by name. Reads only. */
export async function listRemoteFacilitators(reader: Reader): Promise<RemoteFacilitatorView[]> {
  const rows = await db.query<Row>(sql`
    SELECT u.id, u.merchant_id, u.name, u.url, u.auth_kind, u.auth_hint,
      u.timeout_ms, u.enabled, u.failures, u.last_error, u.last_error_at, u.supported,
      extract(epoch FROM u.open_until - now())::float8 * 1000 AS open_for_ms, coalesce(s.calls, 0) AS calls,
      greatest(s.answered - coalesce(c.untrue, 0), 0)::float8 / s.calls AS success_share, s.p50 AS p50_ms, s.p95 AS p95_ms
    FROM facilitator_upstream u LEFT JOIN (
      SELECT upstream_id, count(*)::int AS calls, count(*) FILTER (WHERE ok)::int AS answered,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) AS p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms) AS p95
      FROM facilitator_sample WHERE at > now() - interval '24 hours' GROUP BY upstream_id) s ON s.upstream_id = u.id
    LEFT JOIN (
      SELECT upstream_id, count(*)::int AS untrue FROM facilitator_call
      WHERE created_at > now() - interval '24 hours'
        AND (status = 'claimed' AND created_at < now() - ${patience}::interval OR status = 'dead' AND claimed_hash IS NOT NULL)
      GROUP BY upstream_id) c ON c.upstream_id = u.id
    WHERE ${reader.operator} OR u.merchant_id = ${reader.merchantId}::uuid
    ORDER BY u.name, u.id`)
  return rows.map(({ failures, openForMs, lastError, lastErrorAt, supported, ...row }) => ({
    ...row,
    state: Breaker.stateOf(failures, openForMs),
    lastError: lastError && lastErrorAt ? { message: lastError, at: lastErrorAt.toISOString() } : null,
    supports: wordsOf(RemoteFacilitator.parseKinds(supported)),
  }))
}

function wordsOf(kinds: readonly RemoteFacilitator.FacilitatorKind[] | null): readonly string[] | null {
  if (!kinds) return null
  const spoken = kinds.filter(({ x402Version }) => x402Version === 2)
  return [...new Set(spoken.map(({ scheme, network }) => `${scheme} on ${labelNetwork(network).name}`))]
}

/** The route of one network and scheme of a merchant. */
export type RouteView = {
  network: NetworkLabel
  scheme: string
  /** "local" or ids of remote facilitators, in order. */
  targets: readonly string[]
}
