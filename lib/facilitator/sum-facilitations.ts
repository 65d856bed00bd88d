import type { NetworkLabel } from '@/lib/chains'
import type { Reader } from '../ctx'
import { labelNetwork } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { nameCallers } from './name-callers'

const usageMax = 100

/** One caller's settlements on one UTC day and network. Base units and micro-dollars as strings. */
export type CallerUsageRow = {
  caller: string
  day: string
  network: NetworkLabel
  settlements: number
  amountMicros: string
  /** The fees of its transactions. */
  spentBase: string
  /** The part of its cap in use: fees paid, plus the most that settlements under way may cost. */
  billedBase: string
}

/** Usage of the last seven days, newest first. Reads only. */
export async function sumFacilitations(reader: Reader): Promise<CallerUsageRow[]> {
  type Row = Omit<CallerUsageRow, 'network' | 'day'> & { network: string; day: string }
  const rows = await db.query<Row>(sql`
    SELECT u.caller, to_char(u.day, 'YYYY-MM-DD') AS day, u.network, u.settlements, u.amount_micros::text AS amount_micros,
      u.gas_base::text AS billed_base, coalesce(f.spent, 0)::text AS spent_base
    FROM facilitator_usage u LEFT JOIN (
      SELECT caller, network, (created_at AT TIME ZONE 'UTC')::date AS day, sum(gas_base) AS spent FROM facilitation
      WHERE kind = 'settle' AND created_at > now() - interval '8 days' GROUP BY 1, 2, 3
    ) f ON f.caller = u.caller AND f.network = u.network AND f.day = u.day
    WHERE u.network <> 'all' AND u.day > (now() AT TIME ZONE 'UTC')::date - 7
      AND (${reader.operator} OR u.merchant_id = ${reader.merchantId}::uuid)
    ORDER BY u.day DESC, u.gas_base DESC, u.caller LIMIT ${usageMax}`)
  const names = await nameCallers(
    reader,
    rows.map(({ caller }) => caller),
  )
  return rows.map((row) => ({
    ...row,
    caller: names.get(row.caller) ?? row.caller,
    network: labelNetwork(row.network),
  }))
}
