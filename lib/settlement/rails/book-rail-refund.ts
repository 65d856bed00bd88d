import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { recordEvent } from '@/lib/audit'
import { withTransaction, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { Rail } from '@/lib/money'
import { lockPayment, markRailRefundFailed, markRailRefundPaid, type Payment } from '@/lib/payments'
import { endAttempt, type ExternalAttempt, leaveAttemptOpen } from '@/lib/rails'
import type { RefundedCharge, StripeOutcome } from '@/lib/stripe'

/** What a refund comes to: paid, not paid, or open. */
type Verdict =
  | { kind: 'paid'; id: string }
  | { kind: 'failed'; reason: string; id?: string }
  | { kind: 'open'; reason: string }

/**
 * Books what Stripe said about a refund, once: paid, or due again. A refund that is pending, or whose answer was lost, stays sent.
 */
export async function bookRailRefund(
  ctx: Ctx,
  attempt: ExternalAttempt.ExternalAttempt,
  outcome: StripeOutcome<RefundedCharge.RefundedCharge>,
): Promise<void> {
  const verdict = judge(outcome)
  if (verdict.kind === 'open') return leaveAttemptOpen(attempt.id, verdict.reason)
  const refund = { id: attempt.refundId ?? '', paymentId: attempt.paymentId }
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, refund.paymentId)
    if (!payment) return
    const facts = outcome.kind === 'done' ? { status: outcome.value.status } : {}
    const end =
      verdict.kind === 'paid'
        ? { status: 'succeeded' as const, externalId: verdict.id, outcome: facts }
        : { status: 'failed' as const, externalId: verdict.id, outcome: facts, reason: verdict.reason }
    if (!(await endAttempt(tx, attempt.id, end))) return
    if (verdict.kind === 'paid') await bookPaid(tx, ctx, payment, attempt, verdict.id)
    else await bookFailed(tx, ctx, payment, refund.id, verdict.reason)
    failpoint('before-rail-commit')
  })
}

function judge(outcome: StripeOutcome<RefundedCharge.RefundedCharge>): Verdict {
  if (outcome.kind === 'unknown') return { kind: 'open', reason: outcome.reason }
  if (outcome.kind === 'refused') return { kind: 'failed', reason: outcome.reason }
  const { id, status, failure } = outcome.value
  if (status === 'succeeded') return { kind: 'paid', id }
  if (status === 'failed' || status === 'canceled')
    return { kind: 'failed', id, reason: `Stripe could not pay it back: ${failure ?? status}.` }
  return { kind: 'open', reason: `Stripe says ${status}.` }
}

async function bookPaid(
  tx: Tx,
  ctx: Ctx,
  { id: paymentId, merchantId, network, asset, payTo }: Payment.Payment,
  { refundId, amountBase }: ExternalAttempt.ExternalAttempt,
  externalId: string,
): Promise<void> {
  if (!(await markRailRefundPaid(tx, { id: refundId ?? '', paymentId }, externalId))) return
  const [debit, credit] = [Account.refundPayable(merchantId), Account.clearing(payTo)]
  await postTransfers(tx, [
    { kind: 'direct', reason: 'refund_paid', debit, credit, network, asset, amountBase, paymentId },
  ])
  const data = { refundId, txHash: externalId, amountBase }
  await recordEvent(tx, ctx, { type: 'payment.refunded', merchantId, paymentId, data })
}

async function bookFailed(
  tx: Tx,
  ctx: Ctx,
  { id: paymentId, merchantId, network, payer }: Payment.Payment,
  refundId: string,
  reason: string,
): Promise<void> {
  // A Lightning invoice that could not be paid is dead: its payer sends another one.
  const next = Rail.kindOf(network) === 'lightning' ? payer : undefined
  if (!(await markRailRefundFailed(tx, { id: refundId, paymentId }, reason, next))) return
  await recordEvent(tx, ctx, { type: 'payment.refund_failed', merchantId, paymentId, data: { refundId, reason } })
}
