import { createCtx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { withTransaction } from '@/lib/db'
import { beginSettling, bookSettled, lockUnsettled, type SettlingPayment } from '@/lib/payments'
import { markInvoicesPaid } from '@/lib/rails'
import type { PaymentResult } from '../payments/apply-batch'
import { toBooking } from '../payments/apply-batch'
import { readResult } from '../payments/read-result'

/**
 * Books a payment that moved before it was claimed: its preimage proved it. One transaction; no other party is asked. May be called
 * twice: only an unsettled payment of this process is booked.
 */
export async function takeProof(settling: SettlingPayment): Promise<PaymentResult> {
  const ctx = createCtx({ kind: 'system', id: 'settlement' })
  const { payment } = settling
  const { instrument, id: paymentId } = payment
  if (instrument.kind !== 'preimage') throw new TypeError(`Payment ${paymentId} has no preimage`)
  const { paymentHash } = instrument
  failpoint('before-rail')
  await withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [paymentId])
    if (!ours.has(paymentId)) return
    await beginSettling(tx, ctx, undefined, [settling])
    const proof = { paymentId, txHash: paymentHash, logIndex: 0, blockNumber: null } as const
    await bookSettled(tx, ctx, [toBooking(payment, proof, ctx.now())])
    await markInvoicesPaid(tx, [{ paymentHash, paidBase: payment.amountBase, paidAtMs: ctx.now() }])
    failpoint('before-rail-commit')
  })
  return readResult(paymentId)
}
