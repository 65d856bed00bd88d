import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { mustBePossible, readForAction } from './read-for-action'

/**
 * Requests a replacement with higher fees, whatever the market; the fee cap still applies. The next tracking round
 * signs it. Every call requests one more.
 * @throws AppError not-found; not-possible with the reason.
 */
export async function speedUpTransaction(ctx: Ctx, { id }: { id: string }): Promise<void> {
  mustBePossible(await readForAction(id), 'speed-up')
  await withTransaction(async (tx) => {
    const marked = await tx.execute(sql`
      UPDATE transaction SET speed_up_asked_at = now(), due_at = now()
      WHERE id = ${id}::uuid AND kind <> 'raw' AND status = 'submitted'`)
    if (marked === 1) await recordEvent(tx, ctx, { type: 'transaction.speed_up_asked', transactionId: id })
  })
}
