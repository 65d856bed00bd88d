import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'

/**
 * Cancels a change of payouts that waits for its time. Needs no signature: it keeps what is in force. May be called twice.
 * @throws AppError not-found, not-allowed, stale-state if it has been applied.
 */
export async function cancelPayoutChange(ctx: Ctx, scope: MemberScope.MemberScope, id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const [found] = await tx.query<{ merchantId: string; applied: boolean; cancelled: boolean }>(sql`
      SELECT merchant_id, applied_at IS NOT NULL AS applied, cancelled_at IS NOT NULL AS cancelled
      FROM merchant_payout_change WHERE id::text = ${id} FOR UPDATE`)
    if (!found) throw new AppError('not-found', 'There is no such change.')
    MemberScope.assertMay(scope, found.merchantId, 'payouts')
    if (found.cancelled) return
    if (found.applied) throw new AppError('stale-state', 'This change is in force already. Sign another change.')
    await tx.execute(sql`
      UPDATE merchant_payout_change SET cancelled_at = now(), cancelled_by = ${scope.address} WHERE id::text = ${id}`)
    await recordEvent(tx, ctx, {
      type: 'merchant.payouts_cancelled',
      merchantId: found.merchantId,
      data: { changeId: id },
    })
  })
}
