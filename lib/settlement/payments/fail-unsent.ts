import { createCtx } from '../../ctx'
import { withTransaction } from '@/lib/db'
import { bookFailed, lockUnsettled, type SettlingPayment } from '@/lib/payments'
import { type PaymentResult } from './apply-batch'
import { readResult } from './read-result'

/** Books that every facilitator declined a payment. Nothing was charged. */
export async function failUnsent(settling: SettlingPayment, reason: string): Promise<PaymentResult> {
  const ctx = createCtx({ kind: 'system', id: 'settlement' })
  const { payment } = settling
  await withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [payment.id])
    if (ours.has(payment.id)) await bookFailed(tx, ctx, [payment], reason)
  })
  return readResult(payment.id)
}
