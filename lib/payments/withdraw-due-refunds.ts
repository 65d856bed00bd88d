import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import type { Payment } from './Payment'

/**
 * Withdraws refunds that are due of a payment whose payer has the money already, because a dispute was lost. The caller has locked
 * the payment. May be called any number of times.
 */
export async function withdrawDueRefunds(
  tx: Tx,
  ctx: Ctx,
  { id: paymentId, merchantId, network, asset }: Payment,
  reason: string,
): Promise<void> {
  const withdrawn = await tx.query<{ id: string; amountBase: bigint; kind: 'engine' | 'member' }>(sql`
    UPDATE refund SET status = 'cancelled', held_reason = ${reason} WHERE payment_id = ${paymentId}::uuid AND status = 'due'
    RETURNING id, amount_base, kind`)
  for (const { id: refundId, amountBase, kind } of withdrawn) {
    await tx.execute(sql`
      UPDATE payment SET status = ${kind === 'engine' ? 'refunded' : 'delivered'}::payment_status
      WHERE id = ${paymentId}::uuid AND status = 'refund_due'`)
    const [debit, credit] = [Account.refundPayable(merchantId), Account.revenue(merchantId)]
    await postTransfers(tx, [
      { kind: 'direct', reason: 'refund_cancelled', debit, credit, network, asset, amountBase, paymentId },
    ])
    const data = { refundId, amountBase }
    await recordEvent(tx, ctx, { type: 'payment.refund_cancelled', merchantId, paymentId, data })
  }
}
