import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import * as Caps from './Caps'
import type { ExecutionPolicy, RuleVerdict } from './ExecutionPolicy'

export type BudgetReservation = {
  policy: Pick<ExecutionPolicy, 'id' | 'rules'>
  asker: Caps.PolicyCaller
  network: Caip2
  /** The maximum use of each transaction. */
  holds: readonly { transactionId: string; valueWei: bigint; feeWei: bigint }[]
}

/**
 * Reserves the maximum use of some transactions against the caps of the day, or refuses all of them. The guarded
 * statement enforces the cap: it waits for other writers of the same counter and then checks the current value, so
 * parallel requests never exceed it. Call it last in the transaction, because other requests wait until its commit.
 * `settleBudgets` returns the unused part.
 * @returns the verdict of each cap.
 * @throws AppError cap-exceeded, with the verdict of each cap.
 */
export async function reserveBudget(tx: Tx, reservation: BudgetReservation): Promise<RuleVerdict[]> {
  const { policy, asker, network, holds } = reservation
  const counters = Caps.countersOf(policy.rules, asker)
  const sum = (field: 'valueWei' | 'feeWei') => holds.reduce((total, hold) => total + hold[field], 0n)
  const more: Caps.DayUsage = { valueWei: sum('valueWei'), feeWei: sum('feeWei'), transactions: holds.length }
  const verdicts: RuleVerdict[] = []
  for (const counter of counters) {
    const after = await add(tx, policy.id, network, counter, more)
    const before = after ? minus(after, more) : await read(tx, policy.id, network, counter.subject)
    verdicts.push(...Caps.judge(counter, before, more, network))
    if (after) continue
    const [first] = verdicts.filter(({ ok }) => !ok)
    throw new AppError('cap-exceeded', first?.detail ?? 'A cap of the policy is reached.', {
      extra: { rules: verdicts },
    })
  }
  await tx.execute(sql`
    INSERT INTO budget_hold (transaction_id, policy_id, subjects, network, day, value_wei, fee_wei)
    SELECT id, ${policy.id}::uuid, ${counters.map(({ subject }) => subject)}::text[], ${network}, ${today}, value_wei, fee_wei
    FROM unnest(${holds.map((hold) => hold.transactionId)}::uuid[], ${holds.map((hold) => hold.valueWei)}::numeric[],
      ${holds.map((hold) => hold.feeWei)}::numeric[]) AS h(id, value_wei, fee_wei)`)
  return verdicts
}

/** The UTC day of the database's clock; constant during a transaction. */
const today = sql`(now() AT TIME ZONE 'UTC')::date`

type Row = { valueWei: bigint; feeWei: bigint; transactions: number }

/** Returns the counter after the change; undefined if a cap forbids it. */
async function add(
  tx: Tx,
  policyId: string,
  network: Caip2,
  { subject, caps }: Caps.DayCounter,
  { valueWei, feeWei, transactions }: Caps.DayUsage,
): Promise<Caps.DayUsage | undefined> {
  const [row] = await tx.query<Row>(sql`
    INSERT INTO policy_usage AS u (policy_id, subject, network, day, value_wei, fee_wei, transactions)
    SELECT ${policyId}::uuid, ${subject}, ${network}, ${today}, ${valueWei}::numeric, ${feeWei}::numeric, ${transactions}::int
    WHERE ${valueWei}::numeric <= ${caps.valueWei}::numeric AND ${feeWei}::numeric <= ${caps.feeWei}::numeric
      AND ${transactions}::int <= ${caps.transactions}::int
    ON CONFLICT (policy_id, subject, network, day) DO UPDATE SET value_wei = u.value_wei + EXCLUDED.value_wei,
      fee_wei = u.fee_wei + EXCLUDED.fee_wei, transactions = u.transactions + EXCLUDED.transactions
    WHERE u.value_wei + EXCLUDED.value_wei <= ${caps.valueWei}::numeric
      AND u.fee_wei + EXCLUDED.fee_wei <= ${caps.feeWei}::numeric
      AND u.transactions + EXCLUDED.transactions <= ${caps.transactions}::int
    RETURNING u.value_wei, u.fee_wei, u.transactions`)
  return row && used(row)
}

async function read(tx: Tx, policyId: string, network: Caip2, subject: string): Promise<Caps.DayUsage> {
  const [row] = await tx.query<Row>(sql`
    SELECT value_wei, fee_wei, transactions FROM policy_usage
    WHERE policy_id = ${policyId}::uuid AND subject = ${subject} AND network = ${network} AND day = ${today}`)
  return row ? used(row) : { valueWei: 0n, feeWei: 0n, transactions: 0 }
}

function used(row: Row): Caps.DayUsage {
  return { valueWei: row.valueWei, feeWei: row.feeWei, transactions: row.transactions }
}

function minus(after: Caps.DayUsage, more: Caps.DayUsage): Caps.DayUsage {
  return {
    valueWei: after.valueWei - more.valueWei,
    feeWei: after.feeWei - more.feeWei,
    transactions: after.transactions - more.transactions,
  }
}
