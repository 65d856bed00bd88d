import { inspectEndpoints, servedNetworks, viewEndpoints } from '@/lib/chains'
import { db, isDead, json, processId, sql, stayAlive } from '@/lib/db'

/**
 * Writes the health of every RPC endpoint as this process sees it, for the pages of all processes, and deletes the
 * reports of dead ones. Returns the number of endpoints. Safe at any time in each process.
 */
export async function reportEndpoints(): Promise<number> {
  await stayAlive()
  const networks = servedNetworks()
  await Promise.all(networks.map(inspectEndpoints))
  const rows = networks.flatMap((network) =>
    viewEndpoints(network).map(({ label, lastError, ...view }) => ({
      network,
      endpoint: label,
      ...view,
      lastError: lastError?.message ?? null,
      lastErrorAgoMs: lastError?.agoMs ?? null,
    })),
  )
  await db.execute(sql`
    INSERT INTO rpc_health (network, endpoint, process_id, state, latency_ms, error_rate, head, lag, calls, errors, refusals,
      last_error, last_error_at, dishonest, at)
    SELECT network, endpoint, ${processId}::uuid, state, "latencyMs", "errorRate", head, lag, calls, errors, refusals,
      "lastError", now() - make_interval(secs => "lastErrorAgoMs" / 1000), dishonest, now()
    FROM jsonb_to_recordset(${json(rows)}::jsonb) AS r(
      network text, endpoint text, state text, "latencyMs" float8, "errorRate" float8, head bigint, lag int, calls bigint,
      errors bigint, refusals bigint, "lastError" text, "lastErrorAgoMs" float8, dishonest text)
    ON CONFLICT (network, endpoint, process_id) DO UPDATE SET state = excluded.state, latency_ms = excluded.latency_ms,
      error_rate = excluded.error_rate, head = excluded.head, lag = excluded.lag, calls = excluded.calls,
      errors = excluded.errors, refusals = excluded.refusals, last_error = excluded.last_error,
      last_error_at = excluded.last_error_at, dishonest = excluded.dishonest, at = excluded.at`)
  await db.execute(sql`DELETE FROM rpc_health h WHERE ${isDead(sql`h.process_id`)}`)
  return rows.length
}
