import { env } from '../../env'
import { IntentProgress, ReceiptToken, type IntentStep } from '@/lib/intents'
import type { ExecutionRefundState } from '@/lib/settlement'

/** The state of an action, as the agent that paid for it sees it. */
export type ExecutionPayload = {
  intent: string
  /** pending: send the same request with the same credential again. */
  status: 'pending' | 'done' | 'failed'
  /** The finality at which it counts as done. */
  finality: string
  transactions: {
    id: string
    status: string
    hash: string | null
    block: string | null
    error?: string
    receipt: string
  }[]
  /** The reason of a failure, and whether the payment is refunded. */
  detail?: string
}

export function from(progress: IntentProgress.IntentProgress, squared?: ExecutionRefundState): ExecutionPayload {
  const { intentId, finality, transactions } = progress
  const verdict = IntentProgress.verdict(progress)
  const token = ReceiptToken.make(intentId)
  const isFailed = verdict === 'failed' || verdict === 'doomed'
  return {
    intent: intentId,
    status: isFailed ? 'failed' : verdict,
    finality,
    transactions: transactions.map(({ id, status, hash, blockNumber, error }) => ({
      id,
      status,
      hash,
      block: blockNumber?.toString() ?? null,
      ...(error !== null && { error }),
      receipt: `${env.PUBLIC_URL}/api/v1/transactions/${id}/receipt?token=${token}`,
    })),
    ...(isFailed && { detail: `${sentence(IntentProgress.reason(progress))} ${consequence(squared)}` }),
  }
}

function sentence(reason = 'It did not happen'): string {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`
}

function consequence(squared: ExecutionRefundState = 'open'): string {
  switch (squared) {
    case 'refunded':
      return 'What you paid is given back.'
    case 'kept':
      return 'What you paid is kept, as the merchant’s policy says.'
    default:
      return 'When that is final, what you paid goes back as the merchant’s policy says.'
  }
}

/** A complete server-sent event, with its blank line. */
export function stepEvent({ name, at, transactionId, data }: IntentStep): string {
  return event(name, { transaction: transactionId, at, ...data })
}

/** The last event of the stream: the result. */
export function resultEvent(payload: ExecutionPayload): string {
  return event('result', payload)
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
