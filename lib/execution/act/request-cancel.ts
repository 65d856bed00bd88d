import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'

/** The reason when a deadline cancels a transaction. */
export const deadlineReason = 'Its deadline passed before it was included.'

/**
 * Marks a transaction that already has a nonce for cancellation: its next driver signs an empty transaction for that
 * nonce. True if it was marked now. Idempotent.
 */
export async function requestCancel(ctx: Ctx, id: string, reason: string): Promise<boolean> {
  return withTransaction(async (tx) => {
    const marked = await tx.execute(sql`
      UPDATE transaction SET cancel_asked_at = now(), cancel_reason = ${reason}, due_at = now()
      WHERE id = ${id}::uuid AND kind <> 'raw' AND cancel_asked_at IS NULL
        AND status IN ('queued', 'held', 'signed', 'submitted')`)
    if (marked === 1)
      await recordEvent(tx, ctx, { type: 'transaction.cancel_asked', transactionId: id, data: { reason } })
    return marked === 1
  })
}
