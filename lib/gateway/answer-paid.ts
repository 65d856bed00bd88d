import { env } from '../env'
import { failpoint } from '../failpoint'
import { log } from '../log'
import { Chain, failureReason } from '@/lib/chains'
import { AppError, toAppError } from '@/lib/errors'
import { Amount } from '@/lib/money'
import {
  deliverPayment,
  refundPayment,
  startUpstream,
  voidPayments,
  type Payment,
  type SettlingPayment,
} from '@/lib/payments'
import { settleNow, type SettleOutcome } from '@/lib/settlement'
import type { GatewayAnswer } from './GatewayAnswer'
import { callUpstream } from './call-upstream'
import { chargeOf } from './charge-of'
import { executePaid } from './execution/execute-paid'
import { answerFacts } from './facts-of'
import { peekAnswer, type PeekedAnswer } from './peek-answer'
import { paidAnswer } from './respond'
import type { PaidRequest } from './PaidRequest'
import * as Upstream from './Upstream'

const upstreamFailed = 'The upstream failed before its answer began.'

/** The payment is let go of by whoever called us, and `expire-payments` does then what could not be written now. */
function later(error: unknown): void {
  log().warn({ err: error }, 'the end of a payment could not be written yet')
}

/**
 * `after`: the answer is held until the money is in. Whether it still can move is asked again after the work: a payer may empty or delegate
 * its account meanwhile, and what is simulated costs no gas and is known at once.
 */
export async function answerThenSettle(sale: PaidRequest, payment: Payment.Payment): Promise<GatewayAnswer> {
  let answer: Payment.StoredAnswer
  let endedAtMs: number
  try {
    const sent = await callUpstream(sale, true)
    answer = await Upstream.holdAnswer(sent)
    endedAtMs = sale.ctx.now()
  } catch (error) {
    await voidPayments(sale.ctx, [payment.id], upstreamFailed).catch(later)
    throw withConsequence(error, 'You were not charged.')
  }
  failpoint('after-upstream')
  const { id: paymentId } = payment
  const facts = await answerFacts(sale, answer)
  const delivery = { paymentId, upstreamStatus: answer.status, upstreamEndedAtMs: endedAtMs, answer, facts }
  const chargeBase = await chargeBaseOf(sale, payment, answer)
  const settled = await settle({ payment, delivery, chargeBase })
  if (!settled.delivered) await deliverPayment(sale.ctx, delivery, payment)
  return paidAnswer({ id: payment.id, receipt: settled.receipt }, answer)
}

/** What the answer came to, base units, where the payer signed for the most it can (`upto`); undefined where that is the price. */
async function chargeBaseOf(
  sale: PaidRequest,
  { id, scheme, network, asset, amountBase }: Payment.Payment,
  answer: Payment.StoredAnswer,
): Promise<bigint | undefined> {
  const token = scheme === 'upto' ? Chain.findAsset(network, asset) : undefined
  if (!token) return undefined
  try {
    const chargeBase = Amount.microsToBase(await chargeOf(sale, answer), token.decimals)
    return chargeBase < amountBase ? chargeBase : amountBase
  } catch (error) {
    await voidPayments(sale.ctx, [id], 'What the answer costs could not be told.').catch(later)
    throw withConsequence(error, 'You were not charged.')
  }
}

/** `before`: the money first. `checkedAtMs` is when the chain was asked last whether it can move. */
export async function settleThenAnswer(
  sale: PaidRequest,
  payment: Payment.Payment,
  checkedAtMs: number,
): Promise<GatewayAnswer> {
  const { receipt } = await settle({ payment, checkedAtMs })
  failpoint('after-settle')
  return answerSettled(sale, { ...payment, receipt })
}

/**
 * Calls the upstream of a settled payment, or has its action executed, and delivers; also when the same credential comes back after its first
 * request gave up waiting. A failure is refunded, because the money has moved.
 */
export async function answerSettled(
  sale: PaidRequest,
  payment: Pick<Payment.Payment, 'id' | 'payer'> & { receipt: Payment.ReceiptHeaders },
): Promise<GatewayAnswer> {
  if (sale.resource.execution) return executePaid(sale, payment)
  if (!(await startUpstream(payment.id)))
    throw new AppError('payment-in-progress', 'Another request with this credential is being served.')
  let sent: Upstream.UpstreamAnswer
  let peeked: PeekedAnswer
  try {
    sent = await callUpstream(sale, sale.resource.streaming)
    peeked = sale.resource.streaming ? { body: sent.body } : await peekAnswer(sent)
  } catch (error) {
    await refundPayment(sale.ctx, payment.id, upstreamFailed).catch(later)
    throw withConsequence(error, 'Your payment is being refunded.')
  }
  failpoint('after-upstream')
  try {
    const { merchantId, id: resourceId } = sale.resource
    const delivery = {
      paymentId: payment.id,
      upstreamStatus: sent.status,
      upstreamEndedAtMs: sale.ctx.now(),
      answer: peeked.small,
      facts: peeked.small && (await answerFacts(sale, peeked.small)),
    }
    await deliverPayment(sale.ctx, delivery, { merchantId, resourceId })
  } catch (error) {
    // Nobody reads it any more, and its connection would be held until it times out.
    if (peeked.body instanceof ReadableStream) void peeked.body.cancel(error).catch(() => {})
    throw error
  }
  return paidAnswer(payment, { status: sent.status, headers: sent.headers, body: peeked.body })
}

/**
 * Waits for the settlement.
 * @throws AppError settlement-failed (nothing was charged), or settlement-pending when the outcome is not known:
 *   the same credential gets the answer later, so the agent must not sign again.
 */
async function settle(settling: SettlingPayment): Promise<Extract<SettleOutcome, { kind: 'settled' }>> {
  let settled: SettleOutcome
  try {
    settled = await settleNow(settling, env.SETTLE_DEADLINE_MS)
  } catch {
    // The database went away in between: what was written decides, and somebody reads it later.
    settled = { kind: 'unknown' }
  }
  if (settled.kind === 'settled') return settled
  if (settled.kind === 'failed') throw settlementFailed(settled.reason)
  throw pending(settled.hash)
}

/** `why` is what the chain said of the transfer. */
export function settlementFailed(why: string): AppError {
  const reason = failureReason(why)
  const sentence = /[.!?]$/.test(why) ? why : `${why}.`
  return new AppError('settlement-failed', `${sentence} Nothing was charged here.`, { extra: reason ? { reason } : {} })
}

/** 503, never a fresh 402: a conforming client would sign again and pay twice. */
export function pending(hash: string | undefined): AppError {
  return new AppError(
    'settlement-pending',
    'The payment was sent and its outcome is not known yet. Send the same request with the same credential again.',
    { headers: { 'Retry-After': '2' }, extra: hash === undefined ? {} : { transaction: hash } },
  )
}

function withConsequence(error: unknown, sentence: string): AppError {
  const known = toAppError(error)
  const { extra, headers, fields } = known
  return new AppError(known.code, `${known.message} ${sentence}`, {
    extra,
    headers,
    fields,
    cause: known.cause ?? error,
  })
}
