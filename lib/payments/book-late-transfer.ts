import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { json, sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { columns } from './columns'
import { isBooked, type Payment } from './Payment'
import { oweRefund } from './owe-refund'
import type { SettlementBooking } from './SettlementBooking'

/**
 * Books that a failed payment moved after all. Its agent got nothing, so a refund is due. A facilitated payment is only
 * corrected: the other server answers for it. May be called twice.
 * @returns whether this call booked it.
 */
export async function bookLateTransfer(tx: Tx, ctx: Ctx, booking: SettlementBooking): Promise<boolean> {
  const reason = 'The transfer came after the payment had counted as failed.'
  const [payment] = await tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'settled', settled_at = now(), tx_hash = ${booking.txHash},
      log_index = ${booking.logIndex}, block_number = ${booking.blockNumber}, receipt = ${json(booking.receipt)}::jsonb,
      status = CASE WHEN origin = 'gateway' THEN 'refund_due' ELSE 'delivered' END::payment_status,
      delivered_at = CASE WHEN origin = 'gateway' THEN NULL ELSE now() END, reason = ${reason}
    WHERE id = ${booking.paymentId}::uuid AND status = 'voided' AND settlement = 'failed'
    RETURNING ${columns}`)
  if (!payment) return false
  const { id: paymentId, merchantId, network, asset, amountBase } = payment
  await recordEvent(tx, ctx, {
    type: 'payment.moved_late',
    merchantId,
    resourceId: payment.resourceId ?? undefined,
    paymentId,
    data: { txHash: booking.txHash, amountBase },
  })
  if (!isBooked(payment)) return true
  const debit = Account.receivable(merchantId)
  await postTransfers(tx, [
    {
      kind: 'direct',
      reason: 'settle',
      debit: Account.cash(payment.payTo),
      credit: debit,
      network,
      asset,
      amountBase,
      paymentId,
    },
  ])
  await oweRefund(tx, ctx, { ...payment, leftBase: amountBase }, { reason, debit })
  return true
}
