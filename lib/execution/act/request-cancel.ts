import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'

/** Why a transaction is given up that nobody asked to cancel. */
export const deadlineReason = 'Its deadline passed before it was included.'

/**
 * Notes that a transaction shall not run although it has a nonce: whoever drives it next signs something else for that
 * nonce. True when it was noted now; a second call changes nothing.
 */
export async function requestCancel(ctx: Ctx, id: string, reason: string): Promise<boolean> {
  return withTransaction(async (tx) => {
    const asked = await tx.execute(sql`
      UPDATE transaction SET cancel_asked_at = now(), cancel_reason = ${reason}, due_at = now()
      WHERE id = ${id}::uuid AND kind <> 'raw' AND cancel_asked_at IS NULL
        AND status IN ('queued', 'held', 'signed', 'submitted')`)
    if (asked === 1)
      await recordEvent(tx, ctx, { type: 'transaction.cancel_asked', transactionId: id, data: { reason } })
    return asked === 1
  })
}
