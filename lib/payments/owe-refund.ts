import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import type { Payment } from './Payment'

/**
 * Debits the account that owes a payment back, inserts the engine's refund, and records the event. `leftBase`: what members have
 * not refunded.
 */
export async function oweRefund(
  tx: Tx,
  ctx: Ctx,
  payment: Payment & { leftBase: bigint },
  { reason, debit, transactionId }: { reason: string; debit: Account.Account; transactionId?: string },
): Promise<void> {
  const { id: paymentId, merchantId, resourceId, network, asset, leftBase: amountBase } = payment
  await postTransfers(tx, [
    {
      kind: 'direct',
      reason: 'refund_owed',
      debit,
      credit: Account.refundPayable(merchantId),
      network,
      asset,
      amountBase,
      paymentId,
    },
  ])
  await tx.execute(sql`
    INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, reason)
    VALUES (${ctx.id()}, ${paymentId}, ${network}, ${asset}, ${payment.payer}, ${amountBase}, ${reason})`)
  await recordEvent(tx, ctx, {
    type: 'payment.refund_due',
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId,
    transactionId,
    data: { reason, amountBase },
  })
}
