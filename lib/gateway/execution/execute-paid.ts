import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { findProgress, requestExecution } from '@/lib/intents'
import { deliverWithin, refundPayment, type Payment } from '@/lib/payments'
import type { GatewayAnswer } from '../GatewayAnswer'
import type { PricedRequest } from '../PricedRequest'
import { answerExecution } from './answer-execution'
import { retryAdvice, forAgent, toExecutionInput } from './assert-executable'

/**
 * Queues the action of a settled payment, exactly once: the payment is its idempotency key, and it is marked as delivered
 * in the same database transaction. Also used when a credential returns after a crash in between.
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
      ...toExecutionInput(pricedRequest, payer),
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
    const isRefunded = await refundPayment(pricedRequest.ctx, paymentId, reason).catch(logUnwritten)
    const known = isRefunded === false ? await findProgress({ paymentId }) : undefined
    if (!known) throw forAgent(error, isRefunded ? 'Your payment is being refunded.' : retryAdvice)
    // Another process queued the action for the same credential first.
    intentId = known.intentId
  }
  failpoint('after-enqueue')
  return answerExecution(pricedRequest, payment, intentId)
}

/** The task `expire-payments` refunds the payment later. */
function logUnwritten(error: unknown): void {
  log().warn({ err: error }, 'the end of a payment could not be written yet')
}
