import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import type { Payment } from './Payment'

type Returned = { id: string; amountBase: bigint; kind: 'engine' | 'member' }

/**
 * Books that a refund which the merchant made at the other party came back. What the merchant chose to refund is revenue again:
 * Sluice sends no money that it was not asked to send. What was owed is due again. The caller has locked the payment. Only once.
 */
export async function returnOutsideRefund(
  tx: Tx,
  ctx: Ctx,
  { id: paymentId, merchantId, network, asset, payTo }: Payment,
  { externalId, reason }: { externalId: string; reason: string },
): Promise<void> {
  const [returned] = await tx.query<Returned>(sql`
    UPDATE refund SET status = CASE WHEN kind = 'engine' THEN 'due' ELSE 'cancelled' END::refund_status, paid_at = NULL,
      tx_hash = NULL, log_index = NULL, held_reason = ${reason}, due_at = now()
    WHERE payment_id = ${paymentId}::uuid AND tx_hash = ${externalId} AND status = 'paid'
    RETURNING id, amount_base, kind`)
  if (!returned) return
  const { id: refundId, amountBase, kind } = returned
  await tx.execute(sql`
    UPDATE payment SET status = ${kind === 'engine' ? 'refund_due' : 'delivered'}::payment_status
    WHERE id = ${paymentId}::uuid AND status IN ('refund_due', 'refunded')`)
  const [clearing, payable] = [Account.clearing(payTo), Account.refundPayable(merchantId)]
  const entry = { kind: 'direct', network, asset, amountBase, paymentId } as const
  await postTransfers(tx, [{ ...entry, reason: 'refund_returned', debit: clearing, credit: payable }])
  await recordEvent(tx, ctx, { type: 'payment.refund_returned', merchantId, paymentId, data: { refundId, reason } })
  if (kind === 'engine') return
  await postTransfers(tx, [
    { ...entry, reason: 'refund_cancelled', debit: payable, credit: Account.revenue(merchantId) },
  ])
  const data = { refundId, amountBase }
  await recordEvent(tx, ctx, { type: 'payment.refund_cancelled', merchantId, paymentId, data })
}
