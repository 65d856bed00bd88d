import { giveBackBudget, spendBudget } from '@/lib/payers'
import { toPurchase, type BudgetedRequest } from './BudgetedRequest'

/**
 * Refuses a channel whose first request its payer's budgets do not allow, before any deposit moves. Takes nothing.
 * @throws AppError budget-exceeded
 */
export async function assertBudget(request: Omit<BudgetedRequest, 'known'>, payer: string): Promise<void> {
  const purchase = toPurchase({ ...request, known: { payer } }, request.terms.priceBase)
  await spendBudget(purchase)
  await giveBackBudget(purchase)
}
