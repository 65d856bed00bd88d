import { sql, type Sql } from '@/lib/db'
import { type ObservedChannel } from './ObservedChannel'

export function observedRows(observed: readonly ObservedChannel[]): Sql {
  return sql`unnest(
    ${observed.map(({ channelId }) => channelId)}::text[], ${observed.map(({ depositBase }) => depositBase)}::numeric[],
    ${observed.map(({ settledBase }) => settledBase)}::numeric[],
    ${observed.map(({ closeRequestedAtMs }) => toDate(closeRequestedAtMs))}::timestamptz[],
    ${observed.map(({ blockNumber }) => blockNumber)}::bigint[]
  ) AS s(id, deposit, settled, requested_at, block)`
}

function toDate(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms)
}
