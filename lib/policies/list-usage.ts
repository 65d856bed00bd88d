import { db, sql } from '@/lib/db'

/** Today's usage (UTC) on one network, of the whole policy, one key or one agent. Wei as strings. */
export type PolicyUsageRow = {
  /** "policy", "key:{id}", "agent:{address}" */
  subject: string
  network: string
  valueWei: string
  feeWei: string
  transactions: number
}

/** Today's counters of a policy: the whole policy first, then the largest users. At most 200. */
export async function listUsage(policyId: string): Promise<PolicyUsageRow[]> {
  return db.query<PolicyUsageRow>(sql`
    SELECT subject, network, value_wei::text AS value_wei, fee_wei::text AS fee_wei, transactions
    FROM policy_usage WHERE policy_id = ${policyId}::uuid AND day = (now() AT TIME ZONE 'UTC')::date
    ORDER BY network, subject <> 'policy', transactions DESC, subject LIMIT 200`)
}
