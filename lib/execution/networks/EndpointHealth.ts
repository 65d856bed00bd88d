/** The health of one RPC endpoint over all processes. Plain data for pages. */

export const states = ['closed', 'half-open', 'open', 'lying'] as const
export type EndpointState = (typeof states)[number]

export type EndpointHealth = {
  host: string
  /** Distinguishes endpoints of one host. A digest, because URLs hold keys. */
  digest: string
  /** Takes only transactions that must stay out of public pools. */
  isPrivate: boolean
  /** Circuit breaker state; closed is healthy. The worst that any process reports; null if none has asked it. */
  state: EndpointState | null
  latencyMs: number | null
  /** Share of recent calls without a usable answer, 0 to 1. */
  errorRate: number | null
  head: string | null
  /** Blocks behind the best endpoint. */
  lag: number | null
  calls: string
  errors: string
  refusals: string
  lastError: { message: string; at: string } | null
  /** Why it is distrusted. */
  dishonest: string | null
}

/** What one process reported. */
export type ReportedHealth = {
  state: EndpointState
  latencyMs: number
  errorRate: number
  head: bigint | null
  lag: number | null
  calls: bigint
  errors: bigint
  refusals: bigint
  lastError: string | null
  lastErrorAt: Date | null
  dishonest: string | null
}

/** Combines the reports on one endpoint: counts are added, everything else shows the worst. Pure. */
export function merge(label: string, isPrivate: boolean, reports: readonly ReportedHealth[]): EndpointHealth {
  const [host = label, digest = ''] = label.split(' ')
  const used = reports.filter(({ calls }) => calls > 0n)
  const heard = reports.filter(({ calls, errors }) => calls > errors)
  const worst = used.toSorted((one, other) => states.indexOf(other.state) - states.indexOf(one.state))[0]
  const failed = reports.toSorted((one, other) => Number(other.lastErrorAt ?? 0) - Number(one.lastErrorAt ?? 0))[0]
  const heads = reports.flatMap(({ head }) => head ?? [])
  const lags = reports.flatMap(({ lag }) => lag ?? [])
  const sum = (count: (row: ReportedHealth) => bigint) =>
    reports.reduce((total, row) => total + count(row), 0n).toString()
  return {
    host,
    digest,
    isPrivate,
    state: worst?.state ?? null,
    latencyMs: heard.length > 0 ? Math.max(...heard.map(({ latencyMs }) => latencyMs)) : null,
    errorRate: used.length > 0 ? Math.max(...used.map(({ errorRate }) => errorRate)) : null,
    head: heads.length > 0 ? heads.reduce((most, head) => (head > most ? head : most)).toString() : null,
    lag: lags.length > 0 ? Math.max(...lags) : null,
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    refusals: sum(({ refusals }) => refusals),
    lastError:
      failed?.lastError && failed.lastErrorAt
        ? { message: failed.lastError, at: failed.lastErrorAt.toISOString() }
        : null,
    dishonest: reports.find(({ dishonest }) => dishonest !== null)?.dishonest ?? null,
  }
}
