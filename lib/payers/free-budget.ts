import { sql, withTransaction } from '@/lib/db'
import { today } from './budget-statements'
import { findFreedBudget } from './find-freed-budget'

/**
 * Gives today's budgets of a wallet back what its payments took and did not cost. Called before a purchase is refused, so that
 * failed answers use up no budget. May be called at any time, by any number of processes.
 * @returns whether anything was given back.
 */
export async function freeBudget(wallet: string): Promise<boolean> {
  return withTransaction(async (tx) => {
    // In the order of `takeBudget`, so that no deadlock is possible.
    await tx.query(sql`
      SELECT 1 FROM wallet_budget_use u JOIN wallet_budget b ON b.id = u.budget_id WHERE b.wallet = ${wallet} AND u.day = ${today}
      ORDER BY u.budget_id FOR UPDATE OF u`)
    const freed = await findFreedBudget(tx, wallet)
    if (freed.length === 0) return false
    const of = sql`unnest(${freed.map(({ budgetId }) => budgetId)}::uuid[], ${freed.map(({ paymentId }) => paymentId)}::uuid[],
      ${freed.map(({ costMicros }) => costMicros)}::numeric[], ${freed.map(({ micros, costMicros }) => micros - costMicros)}::numeric[])
      AS f(budget_id, payment_id, cost, back)`
    await tx.execute(sql`
      UPDATE wallet_budget_hold h SET micros = f.cost FROM ${of} WHERE h.budget_id = f.budget_id AND h.payment_id = f.payment_id AND h.day = ${today}`)
    await tx.execute(sql`
      UPDATE wallet_budget_use u SET used_micros = greatest(u.used_micros - s.back, 0)
      FROM (SELECT f.budget_id, sum(f.back) AS back FROM ${of} GROUP BY 1 ORDER BY 1) s
      WHERE u.budget_id = s.budget_id AND u.day = ${today}`)
    return true
  })
}
