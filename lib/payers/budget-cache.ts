import { db, notifiedCache, sql } from '@/lib/db'

/** Notifications that the budgets of a wallet changed. Payload: the wallet. */
export const budgetChanged = 'budget_changed'

/** Any wallet can pay. */
const entriesMax = 10_000

/** Whether a wallet has a budget. Read for every voucher; payments ask in the statement of their claim. */
export const budgetCache = notifiedCache(
  budgetChanged,
  async (wallet) => (await db.query(sql`SELECT 1 FROM wallet_budget WHERE wallet = ${wallet} LIMIT 1`)).length > 0,
  entriesMax,
)
