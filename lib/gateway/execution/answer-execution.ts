import { AppError } from '@/lib/errors'
import { Accept, Stream } from '@/lib/http'
import { log } from '@/lib/log'
import { followIntent, IntentProgress } from '@/lib/intents'
import type { Payment } from '@/lib/payments'
import { refundExecution, type ExecutionRefundState } from '@/lib/settlement'
import type { GatewayAnswer } from '../GatewayAnswer'
import { paidAnswer } from '../respond'
import type { PricedRequest } from '../PricedRequest'
import * as ExecutionPayload from './ExecutionPayload'

/** Longest stream of progress. After it, the agent sends the same request again. */
const streamMs = 10 * 60_000

/** The payment: a payment with an id, or a charge to a channel without. */
type Paid = { id?: string; receipt: Payment.ReceiptHeaders }

const encoder = new TextEncoder()

/**
 * Answers with the state of an action: as a stream of events if the request prefers one; else when it is done (200), or
 * after the resource's timeout with its progress (202). May be called any number of times for one action.
 * @throws AppError execution-failed, which says whether the payment is refunded.
 */
export async function answerExecution(
  pricedRequest: PricedRequest,
  paid: Paid,
  intentId: string,
): Promise<GatewayAnswer> {
  if (Accept.prefers(pricedRequest.request.headers.get('accept'), 'text/event-stream', ['application/json']))
    return paidAnswer(paid, {
      status: 200,
      headers: [['Content-Type', 'text/event-stream']],
      body: Stream.ofEvents(streamProgress(pricedRequest, intentId)),
    })
  const progress = await wait(intentId, pricedRequest)
  const payload = ExecutionPayload.from(progress, await refundFailed(pricedRequest, progress))
  if (payload.status === 'failed')
    throw new AppError('execution-failed', payload.detail ?? 'It did not happen.', {
      headers: Object.fromEntries(paid.receipt),
      extra: { intent: payload.intent, transactions: payload.transactions },
    })
  return paidAnswer(paid, {
    status: payload.status === 'done' ? 200 : 202,
    headers: [
      ['Content-Type', 'application/json'],
      ...(payload.status === 'pending' ? pendingHeaders(pricedRequest) : []),
    ],
    body: encoder.encode(JSON.stringify(payload)),
  })
}

/** The location is this same URL: the credential identifies the action. */
function pendingHeaders({ agentRequest }: PricedRequest): [string, string][] {
  return [
    ['Location', agentRequest.url],
    ['Retry-After', '2'],
  ]
}

async function wait(intentId: string, { resource, gone }: PricedRequest): Promise<IntentProgress.IntentProgress> {
  for await (const item of followIntent(intentId, resource.timeoutMs, () => gone.aborted))
    if (item.kind === 'end') return item.progress
  throw new Error(`following intent ${intentId} ended without an end`)
}

async function* streamProgress(pricedRequest: PricedRequest, intentId: string): AsyncGenerator<string> {
  for await (const item of followIntent(intentId, streamMs, () => pricedRequest.gone.aborted)) {
    if (item.kind === 'step') yield ExecutionPayload.stepEvent(item.step)
    else if (item.kind === 'idle') yield Stream.keepAlive
    else
      yield ExecutionPayload.resultEvent(
        ExecutionPayload.from(item.progress, await refundFailed(pricedRequest, item.progress)),
      )
  }
}

/**
 * Refunds an action at once if its failure is proven, so that the answer can say so. Undefined if it did not fail, or the
 * refund must wait.
 */
async function refundFailed(
  pricedRequest: PricedRequest,
  progress: IntentProgress.IntentProgress,
): Promise<ExecutionRefundState | undefined> {
  if (IntentProgress.verdict(progress) !== 'failed') return undefined
  try {
    return await refundExecution(pricedRequest.ctx, progress.intentId)
  } catch (error) {
    log().warn({ err: error, intentId: progress.intentId }, 'what failed could not be given back yet')
    return undefined
  }
}
