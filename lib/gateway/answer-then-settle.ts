import { failpoint } from '../failpoint'
import { Chain } from '@/lib/chains'
import { Amount } from '@/lib/money'
import { deliverPayment, voidPayments, type Payment } from '@/lib/payments'
import { releaseHold } from '@/lib/settlement'
import { awaitSettlement } from './await-settlement'
import { callUpstream } from './call-upstream'
import { chargeOf } from './metered-charge'
import { answerFacts } from './facts-of'
import type { GatewayAnswer } from './GatewayAnswer'
import { logUnwrittenEnd } from './log-unwritten-end'
import type { PricedRequest } from './PricedRequest'
import { refuseFailedUpstream } from './refuse-failed-upstream'
import { paidAnswer } from './respond'
import { holdOrRefuse } from './hold-or-refuse'
import { holdAnswer } from './Upstream'
import { withConsequence } from './with-consequence'

/**
 * Serves a payment that settles after the work: has the money held where its rail can, calls the upstream, holds the answer, settles, then delivers. Settlement
 * simulates the transfer again, because the payer may empty or delegate its account during the work; a simulation costs
 * no gas.
 * @throws AppError of the upstream ("You were not charged."), settlement-failed, settlement-pending.
 */
export async function answerThenSettle(pricedRequest: PricedRequest, payment: Payment.Payment): Promise<GatewayAnswer> {
  await holdOrRefuse(pricedRequest.ctx, payment)
  let answer: Payment.StoredAnswer
  let endedAtMs: number
  try {
    const sent = await callUpstream(pricedRequest, true)
    answer = await holdAnswer(sent)
    endedAtMs = pricedRequest.ctx.now()
  } catch (error) {
    const refusal = await refuseFailedUpstream(pricedRequest.ctx, { paymentId: payment.id, isSettled: false }, error)
    // At once, because the agent's money is held; `resolve-attempts` does it if this process cannot.
    if (payment.instrument.kind === 'spt') void releaseHold(pricedRequest.ctx, payment.id).catch(logUnwrittenEnd)
    throw refusal
  }
  failpoint('after-upstream')
  const { id: paymentId } = payment
  const facts = await answerFacts(pricedRequest, answer)
  const delivery = { paymentId, upstreamStatus: answer.status, upstreamEndedAtMs: endedAtMs, answer, facts }
  const chargeBase = await chargeBaseOf(pricedRequest, payment, answer)
  const settled = await awaitSettlement({ payment, delivery, chargeBase })
  if (!settled.delivered) await deliverPayment(pricedRequest.ctx, delivery, payment)
  return paidAnswer({ id: payment.id, receipt: settled.receipt }, answer)
}

/**
 * The charge for this answer in base units, if the payer signed for a maximum (`upto`); undefined if the charge is the
 * signed amount.
 */
async function chargeBaseOf(
  pricedRequest: PricedRequest,
  { id, scheme, network, asset, amountBase }: Payment.Payment,
  answer: Payment.StoredAnswer,
): Promise<bigint | undefined> {
  const token = scheme === 'upto' ? Chain.findAsset(network, asset) : undefined
  if (!token) return undefined
  try {
    const chargeBase = Amount.microsToBase(await chargeOf(pricedRequest, answer), token.decimals)
    return chargeBase < amountBase ? chargeBase : amountBase
  } catch (error) {
    await voidPayments(pricedRequest.ctx, [id], 'What the answer costs could not be told.').catch(logUnwrittenEnd)
    throw withConsequence(error, 'You were not charged.')
  }
}
