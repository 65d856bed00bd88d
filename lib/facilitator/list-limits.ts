import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import * as CallerLimits from './CallerLimits'
import { toLimits, type LimitRow } from './limit-row'

/** The limits of the reader's facilitating keys, as the form shows them, by key id. */
export async function listLimits(reader: Reader): Promise<ReadonlyMap<string, CallerLimits.CallerLimitsInput>> {
  const rows = await db.query<{ id: string } & (LimitRow | { requestsPerSecond: null })>(sql`
    SELECT k.id, l.requests_per_second, l.gas_nano_per_day, l.amount_micros_per_day, l.networks, l.assets
    FROM api_key k LEFT JOIN facilitator_limit l ON l.api_key_id = k.id
    WHERE 'facilitate' = ANY(k.scopes) AND k.revoked_at IS NULL
      AND (${reader.operator} OR k.merchant_id = ${reader.merchantId}::uuid)`)
  return new Map(
    rows.map((row) => [
      row.id,
      CallerLimits.toInput(row.requestsPerSecond === null ? CallerLimits.standard : toLimits(row)),
    ]),
  )
}
