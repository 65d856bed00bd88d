import { db, sql } from '@/lib/db'

/** What all policies together allowed today (UTC) on one network. Wei as strings. */
export type UsageSum = { network: string; valueWei: string; feeWei: string; transactions: number }

/** One row for each network with usage today. For operators. */
export async function sumUsage(): Promise<UsageSum[]> {
  return db.query<UsageSum>(sql`
    SELECT network, sum(value_wei)::text AS value_wei, sum(fee_wei)::text AS fee_wei, sum(transactions)::int AS transactions
    FROM policy_usage WHERE subject = 'policy' AND day = (now() AT TIME ZONE 'UTC')::date
    GROUP BY network ORDER BY network`)
}
