import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import type { Payment } from '@/lib/payments'
import type { Intent } from '@/lib/stripe'

/**
 * Books what Stripe kept of a charge. Once for each payment, however often it is called; the caller has locked the payment. A
 * connected account's fees are not in these books.
 */
export async function bookFee(
  tx: Tx,
  ctx: Ctx,
  { id: paymentId, merchantId, network, asset, payTo }: Payment.Payment,
  { base: amountBase, balanceTransactionId }: NonNullable<Intent.Intent['fee']>,
): Promise<void> {
  if (amountBase === 0n || payTo.startsWith('acct_')) return
  const booked = await tx.query(sql`SELECT FROM transfer WHERE payment_id = ${paymentId}::uuid AND reason = 'fee'`)
  if (booked.length > 0) return
  const [debit, credit] = [Account.fees(merchantId), Account.clearing(payTo)]
  await postTransfers(tx, [{ kind: 'direct', reason: 'fee', debit, credit, network, asset, amountBase, paymentId }])
  const data = { amountBase, balanceTransactionId }
  await recordEvent(tx, ctx, { type: 'payment.fee_booked', merchantId, paymentId, data })
}
