import { db, sql } from '@/lib/db'
import { log } from '../log'
import { budgetCache } from './budget-cache'
import { today, type BudgetedPurchase } from './budget-statements'

/** Gives a wallet's budgets of today back what a voucher took and was not charged. Never throws: what is lost is missing until midnight UTC. */
export async function giveBackBudget({ payer, resourceId, micros }: BudgetedPurchase): Promise<void> {
  try {
    if (micros <= 0n || !(await budgetCache.load(payer))) return
    await db.execute(sql`
      WITH locked AS (
        SELECT u.budget_id FROM wallet_budget_use u JOIN wallet_budget b ON b.id = u.budget_id
        WHERE u.day = ${today} AND b.wallet = ${payer} AND (b.resource_id IS NULL OR b.resource_id = ${resourceId}::uuid)
        ORDER BY u.budget_id FOR UPDATE OF u)
      UPDATE wallet_budget_use u SET used_micros = greatest(u.used_micros - ${micros}::numeric, 0) FROM locked
      WHERE u.budget_id = locked.budget_id AND u.day = ${today}`)
  } catch (error) {
    log().warn({ err: error, payer }, 'a budget could not be given back')
  }
}
