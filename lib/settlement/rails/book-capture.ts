import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { withTransaction, type Tx } from '@/lib/db'
import { bookFailed, bookSettled, lockPayment, type Payment } from '@/lib/payments'
import { endAttempt, leaveAttemptOpen, type ExternalAttempt } from '@/lib/rails'
import { readIntent, type Intent, type StripeOutcome } from '@/lib/stripe'
import { toBooking } from '../payments/apply-batch'
import { bookFee } from './book-fee'
import { intentFacts } from './intent-facts'

/** Stripe may make the balance transaction, and with it the fee, after its answer. */
const feeSeconds = 60

/**
 * Books what Stripe said about a capture: settled with its fee, or failed. Only once, however often and by however many processes
 * it is called. An outcome that is not known leaves everything as it is.
 */
export async function bookCapture(
  ctx: Ctx,
  attempt: ExternalAttempt.ExternalAttempt,
  said: StripeOutcome<Intent.Intent>,
): Promise<void> {
  const outcome = await confirm(attempt, said)
  if (outcome.kind === 'unknown') return leaveAttemptOpen(attempt.id, outcome.reason)
  if (outcome.kind === 'done' && !isOver(outcome.value))
    return leaveAttemptOpen(attempt.id, `Stripe says ${outcome.value.status}.`)
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, attempt.paymentId)
    if (!payment) return
    if (outcome.kind === 'done' && outcome.value.status === 'succeeded')
      return book(tx, ctx, payment, attempt, outcome.value)
    const reason = outcome.kind === 'refused' ? outcome.reason : 'Stripe let go of the money before it was captured.'
    const facts = outcome.kind === 'done' ? intentFacts(outcome.value) : { code: outcome.code }
    if (!(await endAttempt(tx, attempt.id, { status: 'failed', outcome: facts, reason }))) return
    if (payment.settlement === 'pending') await bookFailed(tx, ctx, [payment], reason)
  })
}

/** A capture is refused too because another process has made it: the intent says which. */
async function confirm(
  { externalId }: ExternalAttempt.ExternalAttempt,
  said: StripeOutcome<Intent.Intent>,
): Promise<StripeOutcome<Intent.Intent>> {
  if (said.kind !== 'refused' || externalId === null) return said
  const now = await readIntent(externalId)
  return now.kind === 'unknown' || (now.kind === 'done' && now.value.status === 'succeeded') ? now : said
}

function isOver({ status }: Intent.Intent): boolean {
  return status === 'succeeded' || status === 'canceled'
}

async function book(
  tx: Tx,
  ctx: Ctx,
  payment: Payment.Payment,
  attempt: ExternalAttempt.ExternalAttempt,
  intent: Intent.Intent,
): Promise<void> {
  const facts = intentFacts(intent)
  const again = intent.fee ? {} : { againSeconds: feeSeconds }
  if (!(await endAttempt(tx, attempt.id, { status: 'succeeded', externalId: intent.id, outcome: facts, ...again })))
    return
  if (payment.settlement !== 'pending') return
  const proof = { paymentId: payment.id, txHash: intent.id, logIndex: 0, blockNumber: null } as const
  await bookSettled(tx, ctx, [toBooking(payment, proof, ctx.now())])
  if (intent.fee) await bookFee(tx, ctx, payment, intent.fee)
  failpoint('before-rail-commit')
}
