import type { Ctx } from '../ctx'
import { log } from '../log'
import { recordEvents } from '@/lib/audit'
import { db, sql, withTransaction, type Sql } from '@/lib/db'
import { settleHolds, type SpentBudget } from '@/lib/policies'

const batchSize = 200

type Row = SpentBudget & { merchantId: string; status: string }

const ended: Sql = sql`
  FROM budget_hold h JOIN transaction t ON t.id = h.transaction_id
  WHERE h.settled_at IS NULL AND t.status IN ('final', 'reverted', 'cancelled', 'expired', 'failed')`

/** SQL condition: `settleBudgets` has something to do. */
export const toSettleBudgets: Sql = sql`EXISTS (SELECT ${ended})`

/**
 * Returns to each policy the part of its caps that ended transactions did not use: the fee above the real cost, the
 * value unless it moved, and the place in the count if nothing ran. A transaction that fails to settle does not block
 * the others. Idempotent.
 * @returns how many were settled.
 */
export async function settleBudgets(ctx: Ctx): Promise<number> {
  const rows = await db.query<Row>(sql`
    SELECT h.transaction_id, t.merchant_id, t.status,
      CASE WHEN t.status = 'final' THEN t.value ELSE 0 END AS value_wei,
      coalesce(t.gas_used * t.gas_price, 0) + coalesce(t.l1_fee_wei, 0) AS fee_wei, t.gas_used IS NOT NULL AS counts
    ${ended} ORDER BY t.created_at DESC LIMIT ${batchSize}`)
  if (rows.length === 0) return 0
  try {
    return await settle(ctx, rows)
  } catch (error) {
    log().warn({ err: error }, 'budgets could not be settled together, and are one by one')
    let settled = 0
    for (const one of rows) {
      if (ctx.isLate()) break
      settled += await settle(ctx, [one]).catch((cause: unknown) => {
        log().warn({ err: cause, transactionId: one.transactionId }, 'a budget could not be settled yet')
        return 0
      })
    }
    return settled
  }
}

function settle(ctx: Ctx, ended: readonly Row[]): Promise<number> {
  return withTransaction(async (tx) => {
    const settled = new Set(await settleHolds(tx, ended))
    const events = ended
      .filter(({ transactionId }) => settled.has(transactionId))
      .map(({ transactionId, merchantId, status, valueWei, feeWei, counts }) => ({
        type: 'intent.budget_settled' as const,
        merchantId,
        transactionId,
        data: { status, valueWei, feeWei, counts },
      }))
    await recordEvents(tx, ctx, events)
    return settled.size
  })
}
