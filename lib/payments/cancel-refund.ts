import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Account, postTransfers } from '@/lib/ledger'
import { assertMayRefund, type RefundRequester } from './assert-may-refund'
import type { RefundKind, RefundStatus } from './Refund'

type Locked = {
  id: string
  paymentId: string
  merchantId: string
  network: string
  asset: string
  amountBase: bigint
  kind: RefundKind
  status: RefundStatus
}

/**
 * Withdraws a requested refund that nothing was sent for: its amount is revenue again and can be refunded anew. May be called
 * twice.
 * @throws AppError not-found, not-allowed, not-refundable if money may have left or the engine owes it.
 */
export async function cancelRefund(ctx: Ctx, requester: RefundRequester, id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const [refund] = await tx.query<Locked>(sql`
      SELECT id, payment_id, merchant_id, network, asset, amount_base, kind, status FROM refund WHERE id = ${id}::uuid FOR UPDATE`)
    if (!refund) throw new AppError('not-found', 'There is no such refund.')
    assertMayRefund(requester, refund.merchantId)
    if (refund.status === 'cancelled') return
    if (refund.kind !== 'member')
      throw new AppError(
        'not-refundable',
        'This refund is owed: the money moved and no answer was given. It stays due.',
      )
    if (refund.status !== 'due')
      throw new AppError('not-refundable', 'Its transfer was sent already, so it can no longer be withdrawn.')
    const { paymentId, merchantId, network, asset, amountBase } = refund
    await tx.execute(sql`UPDATE refund SET status = 'cancelled', held_reason = NULL WHERE id = ${id}::uuid`)
    // What a member refunds was delivered.
    await tx.execute(sql`
      UPDATE payment SET status = 'delivered' WHERE id = ${paymentId}::uuid AND status = 'refund_due'
        AND NOT EXISTS (SELECT FROM refund r WHERE r.payment_id = payment.id AND r.kind = 'engine')`)
    const [debit, credit] = [Account.refundPayable(merchantId), Account.revenue(merchantId)]
    await postTransfers(tx, [
      { kind: 'direct', reason: 'refund_cancelled', debit, credit, network, asset, amountBase, paymentId },
    ])
    await recordEvent(tx, ctx, {
      type: 'payment.refund_cancelled',
      merchantId,
      paymentId,
      data: { refundId: id, amountBase },
    })
  })
}
