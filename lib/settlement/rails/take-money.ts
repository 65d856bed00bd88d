import { createCtx, type Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { withTransaction } from '@/lib/db'
import { beginSettling, bookFailed, lockUnsettled, type SettlingPayment } from '@/lib/payments'
import { beginAttempt, ExternalAttempt } from '@/lib/rails'
import { captureIntent } from '@/lib/stripe'
import type { PaymentResult } from '../payments/apply-batch'
import { readResult } from '../payments/read-result'
import { bookCapture } from './book-capture'
import { callUntilKnown } from './call-until-known'
import { holdMoney } from './hold-money'

/**
 * Takes the held money of a payment, holding it first if nothing has. The row of the call, the answer and the state `pending` are
 * one commit, before the call leaves. Safe against a crash at any point: `resolveAttempts` continues from the row.
 */
export async function takeMoney(settling: SettlingPayment, deadlineMs: number): Promise<PaymentResult> {
  const deadlineAtMs = Date.now() + deadlineMs
  const ctx = createCtx({ kind: 'system', id: 'settlement' })
  const { payment } = settling
  const hold = await holdMoney(payment, deadlineMs)
  if (hold?.kind === 'refused') return refuse(ctx, settling, hold.reason)
  if (hold?.kind !== 'held') return { kind: 'unknown' }
  const key = ExternalAttempt.keyOf('capture', payment.id)
  const attempt = await withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [payment.id])
    if (!ours.has(payment.id)) return undefined
    await beginSettling(tx, ctx, undefined, [settling])
    const { id: paymentId, network, amountBase } = payment
    const about = { paymentId, refundId: null, network, action: 'capture' as const, key, externalId: hold.intentId }
    return beginAttempt(tx, { id: ctx.id(), ...about, amountBase })
  })
  if (!attempt) return readResult(payment.id)
  failpoint('before-rail')
  const outcome = await callUntilKnown(() => captureIntent(hold.intentId, key), deadlineAtMs)
  failpoint('after-rail')
  await bookCapture(ctx, attempt, outcome)
  return readResult(payment.id)
}

async function refuse(ctx: Ctx, { payment }: SettlingPayment, reason: string): Promise<PaymentResult> {
  await withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [payment.id])
    if (ours.has(payment.id)) await bookFailed(tx, ctx, [payment], reason)
  })
  return readResult(payment.id)
}
