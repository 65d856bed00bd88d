import { db, sql } from '@/lib/db'
import { budgetCache } from './budget-cache'
import { isWithinBudget, takeBudget, type BudgetedPurchase } from './budget-statements'
import { findBudgetRefusal } from './find-budget-refusal'
import { freeBudget } from './free-budget'

/**
 * Takes a voucher's price from its wallet's budgets before its credit is reserved; `giveBackBudget` returns what is not charged. A wallet
 * without a budget costs no round trip. A process that is killed in between gives nothing back: that part is missing until midnight UTC.
 * @throws AppError budget-exceeded; nothing is taken then.
 */
export async function spendBudget(purchase: BudgetedPurchase): Promise<void> {
  if (purchase.micros === 0n || !(await budgetCache.load(purchase.payer))) return
  if (await take(purchase)) return
  if ((await freeBudget(purchase.payer)) && (await take(purchase))) return
  throw await findBudgetRefusal(purchase)
}

/** In one statement, which writes nothing if a budget refuses. */
async function take(purchase: BudgetedPurchase): Promise<boolean> {
  const statement = sql`
    WITH ${takeBudget(purchase, sql`true`)}
    SELECT CASE WHEN NOT ${isWithinBudget(purchase.micros)} THEN refuse('budget') END`
  return db.query(statement).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && error.message === 'budget') return false
      throw error
    },
  )
}
