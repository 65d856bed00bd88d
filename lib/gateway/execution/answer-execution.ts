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

/** Longest that progress is streamed; then the same request goes on. */
const streamMs = 10 * 60_000

/** What was paid: a payment with its id, or a charge to a channel. */
type Paid = { id?: string; receipt: Payment.ReceiptHeaders }

const encoder = new TextEncoder()

/**
 * Tells the agent how its action stands: as events while it goes on, where the request would rather have them; otherwise when it is done
 * (200), or, after the resource's timeout, how far it is (202). May be called any number of times for one action.
 * @throws AppError execution-failed, with what becomes of the money.
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
      body: Stream.ofEvents(tell(pricedRequest, intentId)),
    })
  const progress = await wait(intentId, pricedRequest)
  const told = ExecutionPayload.from(progress, await squareFailed(pricedRequest, progress))
  if (told.status === 'failed')
    throw new AppError('execution-failed', told.detail ?? 'It did not happen.', {
      headers: Object.fromEntries(paid.receipt),
      extra: { intent: told.intent, transactions: told.transactions },
    })
  return paidAnswer(paid, {
    status: told.status === 'done' ? 200 : 202,
    headers: [
      ['Content-Type', 'application/json'],
      ...(told.status === 'pending' ? pendingHeaders(pricedRequest) : []),
    ],
    body: encoder.encode(JSON.stringify(told)),
  })
}

/** The address is this one: the credential, not the URL, says which action is meant. */
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

async function* tell(pricedRequest: PricedRequest, intentId: string): AsyncGenerator<string> {
  for await (const item of followIntent(intentId, streamMs, () => pricedRequest.gone.aborted)) {
    if (item.kind === 'step') yield ExecutionPayload.stepEvent(item.step)
    else if (item.kind === 'idle') yield Stream.keepAlive
    else
      yield ExecutionPayload.resultEvent(
        ExecutionPayload.from(item.progress, await squareFailed(pricedRequest, item.progress)),
      )
  }
}

/** Gives back at once what is proven not to have happened, so that the agent is told what is so. */
async function squareFailed(
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
