import { failpoint } from '../failpoint'
import { AppError } from '@/lib/errors'
import { deliverPayment, startUpstreamCall, type Payment } from '@/lib/payments'
import { callUpstream } from './call-upstream'
import { executePaid } from './execution/execute-paid'
import { answerFacts } from './facts-of'
import type { GatewayAnswer } from './GatewayAnswer'
import { peekAnswer, type PeekedAnswer } from './peek-answer'
import type { PricedRequest } from './PricedRequest'
import { refuseFailedUpstream } from './refuse-failed-upstream'
import { paidAnswer } from './respond'
import type { UpstreamAnswer } from './Upstream'

/**
 * Serves a settled payment: calls the upstream, or queues its action, and delivers. Also used when a credential returns
 * whose first request gave up waiting. If the upstream fails, the payment is refunded, because the money has moved.
 * @throws AppError payment-in-progress if another request is serving the payment; the upstream's errors otherwise.
 */
export async function answerSettled(
  pricedRequest: PricedRequest,
  payment: Pick<Payment.Payment, 'id' | 'payer'> & { receipt: Payment.ReceiptHeaders },
): Promise<GatewayAnswer> {
  if (pricedRequest.resource.execution) return executePaid(pricedRequest, payment)
  if (!(await startUpstreamCall(payment.id)))
    throw new AppError('payment-in-progress', 'Another request with this credential is being served.')
  let sent: UpstreamAnswer
  let peeked: PeekedAnswer
  try {
    sent = await callUpstream(pricedRequest, pricedRequest.resource.streaming)
    peeked = pricedRequest.resource.streaming ? { body: sent.body } : await peekAnswer(sent)
  } catch (error) {
    throw await refuseFailedUpstream(pricedRequest.ctx, { paymentId: payment.id, isSettled: true }, error)
  }
  failpoint('after-upstream')
  try {
    const { merchantId, id: resourceId } = pricedRequest.resource
    const delivery = {
      paymentId: payment.id,
      upstreamStatus: sent.status,
      upstreamEndedAtMs: pricedRequest.ctx.now(),
      answer: peeked.small,
      facts: peeked.small && (await answerFacts(pricedRequest, peeked.small)),
    }
    await deliverPayment(pricedRequest.ctx, delivery, { merchantId, resourceId })
  } catch (error) {
    // Without a reader the upstream connection would stay open until it times out.
    if (peeked.body instanceof ReadableStream) void peeked.body.cancel(error).catch(() => {})
    throw error
  }
  return paidAnswer(payment, { status: sent.status, headers: sent.headers, body: peeked.body })
}
