import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { Account, postTransfers, resolvePending } from '@/lib/ledger'
import { columns } from './columns'
import type { Payment } from './Payment'

/**
 * Owes a payer its money back: the money moved and no answer was given. The refund row is due from here on
 * and `pay-refunds` sends it. May be called twice; only a settled, undelivered payment is refunded, once.
 * @returns whether this call made the refund.
 */
export async function refundPayment(ctx: Ctx, paymentId: string, reason: string): Promise<boolean> {
  return withTransaction(async (tx) => {
    const [payment] = await tx.query<Payment>(sql`
      UPDATE payment SET status = 'refund_due', reason = ${reason}, owner_id = NULL
      WHERE id = ${paymentId} AND status = 'authorized' AND settlement = 'settled'
      RETURNING ${columns}`)
    if (!payment) return false
    await resolvePending(tx, 'void', [payment.id])
    await postTransfers(tx, [
      {
        kind: 'direct',
        reason: 'refund_owed',
        debit: Account.receivable(payment.merchantId),
        credit: Account.refundPayable(payment.merchantId),
        network: payment.network,
        asset: payment.asset,
        amountBase: payment.amountBase,
        paymentId: payment.id,
      },
    ])
    await tx.execute(sql`
      INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, reason)
      VALUES (${ctx.id()}, ${payment.id}, ${payment.network}, ${payment.asset}, ${payment.payer}, ${payment.amountBase}, ${reason})`)
    await recordEvent(tx, ctx, {
      type: 'payment.refund_due',
      merchantId: payment.merchantId,
      resourceId: payment.resourceId,
      paymentId: payment.id,
      data: { reason, amountBase: payment.amountBase },
    })
    return true
  })
}
