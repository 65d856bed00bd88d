import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as Budget from './Budget'
import { budgetChanged } from './budget-cache'
import { findSoldResource } from './find-sold-resource'

/**
 * Sets the limits of a wallet for one resource, or for everything that is sold here, in place of earlier ones. Every gateway
 * process enforces them from the next payment on, and from the next voucher on as soon as its notification arrives.
 * @param wallets canonical addresses of the caller, proved; the input names one of them. @param input as typed, see `Budget.BudgetInput`.
 * @throws AppError bad-input
 */
export async function setBudget(ctx: Ctx, wallets: readonly string[], input: unknown): Promise<void> {
  const { wallet, resourceId, perCallMicros, perDayMicros } = Budget.parse(wallets, input)
  await withTransaction(async (tx) => {
    if (resourceId !== null && !(await findSoldResource(tx, resourceId)))
      throw new AppError('bad-input', 'Some fields are not right yet.', {
        fields: [{ field: 'resourceId', message: 'This resource does not exist any more. Choose another one.' }],
      })
    await tx.execute(sql`
      INSERT INTO wallet_budget (id, wallet, resource_id, per_call_micros, per_day_micros)
      VALUES (${ctx.id()}::uuid, ${wallet}, ${resourceId}::uuid, ${perCallMicros}::numeric, ${perDayMicros}::numeric)
      ON CONFLICT (wallet, resource_id) DO UPDATE SET per_call_micros = EXCLUDED.per_call_micros,
        per_day_micros = EXCLUDED.per_day_micros, updated_at = now()`)
    await recordEvent(tx, ctx, {
      type: 'budget.set',
      data: { wallet, ...(resourceId && { of: resourceId }), perCallMicros, perDayMicros },
    })
    await tx.query(sql`SELECT pg_notify(${budgetChanged}, ${wallet})`)
  })
}
