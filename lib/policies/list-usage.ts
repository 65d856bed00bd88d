import { db, sql } from '@/lib/db'

/** What was let through today (UTC) on one network, for the policy as a whole, one key or one agent. Wei as strings. */
export type PolicyUsageRow = {
  /** "policy", "key:{id}", "agent:{address}" */
  subject: string
  network: string
  valueWei: string
  feeWei: string
  transactions: number
}

/** Today's counters of a policy: the whole first, then who used it most. At most 200. */
export async function listUsage(policyId: string): Promise<PolicyUsageRow[]> {
  return db.query<PolicyUsageRow>(sql`
    SELECT subject, network, value_wei::text AS value_wei, fee_wei::text AS fee_wei, transactions
    FROM policy_usage WHERE policy_id = ${policyId}::uuid AND day = (now() AT TIME ZONE 'UTC')::date
    ORDER BY network, subject <> 'policy', transactions DESC, subject LIMIT 200`)
}
