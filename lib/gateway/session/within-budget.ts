import { giveBackBudget, spendBudget } from '@/lib/payers'
import { toPurchase } from './BudgetedRequest'
import type { ChannelRequest } from './ChannelRequest'

/** Runs `reserve` with its amount taken from the payer's budgets, which get it back if it throws. @throws AppError budget-exceeded */
export async function withinBudget<Value>(
  session: ChannelRequest,
  amountBase: bigint,
  reserve: () => Promise<Value>,
): Promise<Value> {
  const purchase = toPurchase(session, amountBase)
  await spendBudget(purchase)
  try {
    return await reserve()
  } catch (error) {
    await giveBackBudget(purchase)
    throw error
  }
}
