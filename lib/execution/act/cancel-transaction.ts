import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { requestCancel } from './request-cancel'
import { mustBePossible, readForAction } from './read-for-action'

/**
 * Cancels a transaction. `cancelled`: it had no nonce, so it never ran and never will. `asked`: another attempt is
 * signed for its nonce, and one of the two is included; the transaction's status shows which. Idempotent.
 * @throws AppError not-found; not-cancellable with the reason.
 */
export async function cancelTransaction(
  ctx: Ctx,
  { id, reason }: { id: string; reason: string },
): Promise<'cancelled' | 'asked'> {
  const found = await readForAction(id)
  if (found.status === 'cancelled') return 'cancelled'
  mustBePossible(found, 'cancel')
  if (await cancelUnsigned(ctx, id, reason)) return 'cancelled'
  if (await requestCancel(ctx, id, reason)) return 'asked'
  const now = await readForAction(id)
  if (now.status === 'cancelled') return 'cancelled'
  if (now.cancelReason !== null) return 'asked'
  mustBePossible(now, 'cancel')
  throw new AppError('stale-state', 'The transaction has changed meanwhile. Reload the page.')
}

async function cancelUnsigned(ctx: Ctx, id: string, reason: string): Promise<boolean> {
  return withTransaction(async (tx) => {
    // The new epoch keeps a driver that is about to sign from storing its attempt.
    const cancelled = await tx.execute(sql`
      UPDATE transaction SET status = 'cancelled', error = ${reason}, held_reason = NULL, lease_until = NULL, epoch = epoch + 1
      WHERE id = ${id}::uuid AND nonce IS NULL AND kind <> 'raw' AND status IN ('queued', 'held')`)
    if (cancelled === 1)
      await recordEvent(tx, ctx, {
        type: 'transaction.cancelled',
        transactionId: id,
        data: { reason, proof: 'never signed' },
      })
    return cancelled === 1
  })
}
