import { sql, type Tx } from '@/lib/db'
import { today } from './budget-statements'

/** What a payment took too much of a budget. */
export type FreedBudget = { budgetId: string; paymentId: string; micros: bigint; costMicros: bigint }

/**
 * The payments of a wallet that took more of today's budgets than they cost: nothing was charged, the money goes back, or the
 * answer cost less than the maximum. The rows of the budgets are locked.
 */
export async function findFreedBudget(tx: Tx, wallet: string): Promise<FreedBudget[]> {
  return tx.query<FreedBudget>(sql`
    SELECT h.budget_id, h.payment_id, h.micros, c.micros AS cost_micros
    FROM wallet_budget b JOIN wallet_budget_hold h ON h.budget_id = b.id JOIN payment p ON p.id = h.payment_id, LATERAL (
      SELECT CASE WHEN p.status IN ('voided', 'refund_due', 'refunded') THEN 0
        ELSE ceil(h.micros * p.amount_base / nullif(h.amount_base, 0)) END AS micros) c
    WHERE b.wallet = ${wallet} AND h.day = ${today} AND c.micros < h.micros
    ORDER BY h.budget_id, h.payment_id FOR UPDATE OF h`)
}
