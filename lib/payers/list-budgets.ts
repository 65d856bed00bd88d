import { db, sql } from '@/lib/db'
import type * as Budget from './Budget'
import { today } from './budget-statements'
import { freeBudget } from './free-budget'

type Row = {
  id: string
  wallet: string
  resourceId: string | null
  seller: string
  method: string
  path: string
  name: string
  perCallMicros: bigint | null
  perDayMicros: bigint | null
  usedMicros: bigint
}

/** The budgets of these wallets, those for everything first. What failed purchases took is given back before. */
export async function listBudgets(wallets: readonly string[]): Promise<Budget.BudgetView[]> {
  for (const wallet of wallets) await freeBudget(wallet)
  const rows = await db.query<Row>(sql`
    SELECT b.id, b.wallet, b.resource_id, coalesce(m.name, '') AS seller, coalesce(r.method, '') AS method,
      coalesce(r.path, '') AS path, coalesce(r.name, '') AS name, b.per_call_micros, b.per_day_micros,
      coalesce(u.used_micros, 0) AS used_micros
    FROM wallet_budget b LEFT JOIN resource r ON r.id = b.resource_id LEFT JOIN merchant m ON m.id = r.merchant_id
      LEFT JOIN wallet_budget_use u ON u.budget_id = b.id AND u.day = ${today}
    WHERE b.wallet = ANY(${wallets}::text[]) ORDER BY b.wallet, b.resource_id IS NOT NULL, m.name, r.path`)
  return rows.map(
    ({ id, wallet, resourceId, seller, method, path, name, perCallMicros, perDayMicros, usedMicros }) => ({
      id,
      wallet,
      resource: resourceId === null ? null : { id: resourceId, seller, method, path, name },
      perCallMicros: perCallMicros?.toString() ?? null,
      perDayMicros: perDayMicros?.toString() ?? null,
      usedMicros: usedMicros.toString(),
    }),
  )
}
