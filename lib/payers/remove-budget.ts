import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { budgetChanged } from './budget-cache'

/** Ends a budget of one of these wallets. @throws AppError not-found, also for a budget of another wallet. */
export async function removeBudget(ctx: Ctx, wallets: readonly string[], id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const [removed] = await tx.query<{ wallet: string; resourceId: string | null }>(
      sql`DELETE FROM wallet_budget WHERE id::text = ${id} AND wallet = ANY(${wallets}::text[]) RETURNING wallet, resource_id`,
    )
    if (!removed) throw new AppError('not-found', 'There is no such budget.')
    const { wallet, resourceId } = removed
    await recordEvent(tx, ctx, { type: 'budget.removed', data: { wallet, ...(resourceId && { of: resourceId }) } })
    await tx.query(sql`SELECT pg_notify(${budgetChanged}, ${wallet})`)
  })
}
