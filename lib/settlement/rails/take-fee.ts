import type { Ctx } from '../../ctx'
import { withTransaction } from '@/lib/db'
import { lockPayment } from '@/lib/payments'
import { type ExternalAttempt, postponeAttempt } from '@/lib/rails'
import { readIntent } from '@/lib/stripe'
import { bookFee } from './book-fee'

/** A fee that comes later than this is read when its webhook comes. */
const waitsMs = 7 * 24 * 60 * 60_000
const againSeconds = 600

/**
 * Books the fee of a capture whose balance transaction Stripe made after its answer. May be called any number of times: by the
 * webhook, and by time when no webhook comes.
 */
export async function takeFee(ctx: Ctx, attempt: ExternalAttempt.ExternalAttempt): Promise<void> {
  if (attempt.externalId === null || attempt.outcome.feeBase !== undefined) return postponeAttempt(attempt.id, null)
  const now = await readIntent(attempt.externalId)
  if (now.kind === 'unknown') throw new Error(now.reason)
  const fee = now.kind === 'done' ? now.value.fee : null
  if (fee)
    await withTransaction(async (tx) => {
      const payment = await lockPayment(tx, attempt.paymentId)
      if (payment) await bookFee(tx, ctx, payment, fee)
    })
  const isLate = ctx.now() - attempt.createdAt.getTime() > waitsMs
  await postponeAttempt(attempt.id, fee || isLate ? null : againSeconds)
}
