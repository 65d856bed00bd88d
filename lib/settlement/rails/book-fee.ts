import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import type { Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import type { Payment } from '@/lib/payments'
import type { Intent } from '@/lib/stripe'

/** Stripe keeps its fee of a charge on its own account at once. A connected account's fees are not in these books. */
export async function bookFee(
  tx: Tx,
  ctx: Ctx,
  { id: paymentId, merchantId, network, asset, payTo }: Payment.Payment,
  { base: amountBase, balanceTransactionId }: NonNullable<Intent.Intent['fee']>,
): Promise<void> {
  if (amountBase === 0n || payTo.startsWith('acct_')) return
  const [debit, credit] = [Account.fees(merchantId), Account.clearing(payTo)]
  await postTransfers(tx, [{ kind: 'direct', reason: 'fee', debit, credit, network, asset, amountBase, paymentId }])
  const data = { amountBase, balanceTransactionId }
  await recordEvent(tx, ctx, { type: 'payment.fee_booked', merchantId, paymentId, data })
}
