import { sql, type Sql } from '@/lib/db'

/** What a purchase takes of its wallet's budgets: parts of the statement that claims it. */
export type BudgetedPurchase = {
  /** Canonical address. */
  payer: string
  resourceId: string | null
  micros: bigint
  /** Absent for a voucher: what it does not cost is given back at once. */
  payment?: { id: string; amountBase: bigint }
}

/** The UTC day by the database's clock, the same throughout a transaction. */
export const today = sql`(now() AT TIME ZONE 'UTC')::date`

/** SQL condition: the budget covers purchases of this resource. */
function covers({ payer, resourceId }: Pick<BudgetedPurchase, 'payer' | 'resourceId'>): Sql {
  return sql`b.wallet = ${payer} AND (b.resource_id IS NULL OR b.resource_id = ${resourceId}::uuid)`
}

/**
 * Members of a WITH that take the purchase from every budget that covers it, unless `when` is false: `budgets` are those
 * budgets, `budgeted` the ones that had room, with what is `left`. The guarded update waits for concurrent changes of its counter and
 * judges the new value, so any number of purchases at one moment stay within the cap. A wallet without a budget costs one look into an index.
 */
export function takeBudget(purchase: BudgetedPurchase, when: Sql): Sql {
  const { micros, payment } = purchase
  return sql`
    budgets AS (SELECT b.id, b.per_call_micros, b.per_day_micros FROM wallet_budget b WHERE ${covers(purchase)}),
    budgeted AS (
      INSERT INTO wallet_budget_use AS u (budget_id, day, used_micros, cap_micros)
      SELECT b.id, ${today}, ${micros}::numeric, b.per_day_micros FROM budgets b
      WHERE ${when} AND ${micros}::numeric <= b.per_day_micros ORDER BY b.id
      ON CONFLICT (budget_id, day) DO UPDATE
        SET used_micros = u.used_micros + EXCLUDED.used_micros, cap_micros = EXCLUDED.cap_micros
        WHERE u.used_micros + EXCLUDED.used_micros <= EXCLUDED.cap_micros
      RETURNING u.budget_id, u.cap_micros - u.used_micros AS left_micros)
    ${payment ? sql`, ${hold(payment, micros)}` : sql``}`
}

function hold({ id, amountBase }: { id: string; amountBase: bigint }, micros: bigint): Sql {
  return sql`
    budget_held AS (
      INSERT INTO wallet_budget_hold (budget_id, payment_id, day, micros, amount_base)
      SELECT budget_id, ${id}::uuid, ${today}, ${micros}::numeric, ${amountBase}::numeric FROM budgeted)`
}

/** SQL condition beside `takeBudget`: no budget refuses the purchase. */
export function isWithinBudget(micros: bigint): Sql {
  return sql`(NOT EXISTS (SELECT FROM budgets WHERE per_call_micros < ${micros}::numeric)
    AND (SELECT count(*) FROM budgets WHERE per_day_micros IS NOT NULL) = (SELECT count(*) FROM budgeted))`
}

/** What the tightest budget has left after the purchase, micro-dollars; null without a cap of a day. */
export const budgetLeft = sql`(SELECT min(left_micros) FROM budgeted)`
