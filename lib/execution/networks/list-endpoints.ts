import { labelEndpoints, labelNetwork, lastHead, servedNetworks, type NetworkLabel } from '@/lib/chains'
import { db, isDead, sql } from '@/lib/db'
import { merge, type EndpointHealth, type ReportedHealth } from './EndpointHealth'

/** A network and its RPC endpoints, as all processes report them. Plain data. */
export type NetworkHealth = {
  label: NetworkLabel
  /** The highest block that an endpoint reported; null while none can be reached. */
  head: string | null
  /** Time of that block, if this process has seen it. */
  headAt: string | null
  endpoints: EndpointHealth[]
}

const freshSeconds = 30

/** Every configured network. Reads the processes' reports and asks no endpoint. */
export async function listEndpoints(): Promise<NetworkHealth[]> {
  const rows = await db.query<ReportedHealth & { network: string; endpoint: string }>(sql`
    SELECT network, endpoint, state, latency_ms, error_rate, head, lag, calls, errors, refusals,
      last_error, last_error_at, dishonest
    FROM rpc_health h
    WHERE h.at > now() - make_interval(secs => ${freshSeconds}) AND NOT (${isDead(sql`h.process_id`)})`)
  return servedNetworks().map((network) => {
    const endpoints = labelEndpoints(network).map(({ label, isPrivate }) =>
      merge(
        label,
        isPrivate,
        rows.filter((row) => row.network === network && row.endpoint === label),
      ),
    )
    const heads = endpoints.flatMap(({ head }) => (head === null ? [] : [BigInt(head)]))
    const seen = lastHead(network)
    const highest = heads.reduce((most, head) => (head > most ? head : most), seen?.number ?? 0n)
    return {
      label: labelNetwork(network),
      head: heads.length > 0 || seen ? highest.toString() : null,
      headAt: seen?.number === highest ? new Date(seen.timestampMs).toISOString() : null,
      endpoints,
    }
  })
}
