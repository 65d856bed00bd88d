import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { findProgress, requestExecution } from '@/lib/intents'
import { deliverWithin, refundPayment, type Payment } from '@/lib/payments'
import type { GatewayAnswer } from '../GatewayAnswer'
import type { PricedRequest } from '../PricedRequest'
import { answerExecution } from './answer-execution'
import { askAgain, forAgent, toAsking } from './assert-executable'

/**
 * Has the action of a settled payment executed, once for ever: the payment is its idempotency key, and it is earned in the same
 * database transaction in which its action is queued. Also when the same credential comes back after a crash in between.
 * @throws AppError as `requestExecution` and `answerExecution` do; the payment is being refunded then.
 */
export async function executePaid(
  pricedRequest: PricedRequest,
  payment: Pick<Payment.Payment, 'id' | 'payer'> & { receipt: Payment.ReceiptHeaders },
): Promise<GatewayAnswer> {
  const { id: paymentId, payer } = payment
  let intentId: string
  try {
    const accepted = await requestExecution(pricedRequest.ctx, {
      ...toAsking(pricedRequest, payer),
      paymentId,
      idempotencyKey: `payment:${paymentId}`,
      alongside: (tx) => {
        const { merchantId, id: resourceId } = pricedRequest.resource
        const delivery = { paymentId, upstreamStatus: null, upstreamEndedAtMs: pricedRequest.ctx.now() }
        return deliverWithin(tx, pricedRequest.ctx, delivery, { merchantId, resourceId })
      },
    })
    intentId = accepted.intent.id
  } catch (error) {
    const reason = `The action was not accepted: ${forAgent(error).message}`
    const isRefunded = await refundPayment(pricedRequest.ctx, paymentId, reason).catch(later)
    const known = isRefunded === false ? await findProgress({ paymentId }) : undefined
    if (!known) throw forAgent(error, isRefunded ? 'Your payment is being refunded.' : askAgain)
    // Another process was faster with the same credential.
    intentId = known.intentId
  }
  failpoint('after-enqueue')
  return answerExecution(pricedRequest, payment, intentId)
}

/** `expire-payments` does then what could not be written now. */
function later(error: unknown): void {
  log().warn({ err: error }, 'the end of a payment could not be written yet')
}
