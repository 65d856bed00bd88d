import { db, sql } from '@/lib/db'
import * as Caps from './Caps'
import type { RuleVerdict } from './ExecutionPolicy'
import type { BudgetReservation } from './reserve-budget'

/** The verdict of each daily cap on a reservation now. Reads only; `reserveBudget` makes the decision. */
export async function previewBudget({ policy, asker, network, holds }: BudgetReservation): Promise<RuleVerdict[]> {
  const counters = Caps.countersOf(policy.rules, asker)
  const rows = await db.query<Caps.DayUsage & { subject: string }>(sql`
    SELECT subject, value_wei, fee_wei, transactions FROM policy_usage
    WHERE policy_id = ${policy.id}::uuid AND subject = ANY(${counters.map(({ subject }) => subject)}::text[])
      AND network = ${network} AND day = (now() AT TIME ZONE 'UTC')::date`)
  const more = {
    valueWei: holds.reduce((sum, { valueWei }) => sum + valueWei, 0n),
    feeWei: holds.reduce((sum, { feeWei }) => sum + feeWei, 0n),
    transactions: holds.length,
  }
  return counters.flatMap((counter) => {
    const used = rows.find(({ subject }) => subject === counter.subject)
    return Caps.judge(counter, used ?? { valueWei: 0n, feeWei: 0n, transactions: 0 }, more, network)
  })
}
