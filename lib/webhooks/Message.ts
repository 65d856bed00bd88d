import type { SequencedEvent } from '@/lib/audit'
import { json } from '@/lib/db'

/** The body that a receiver reads: `{ type, timestamp, data }`, as Standard Webhooks advises. */

/** A transaction as it was when its event was logged; its events describe each step. */
export type TransactionFacts = {
  id: string
  merchantId: string | null
  intentId: string | null
  idempotencyKey: string | null
  callbackUrl: string | null
  position: number
  network: string
  status: string
  to: string | null
  nonce: bigint | null
  hash: string | null
  blockNumber: bigint | null
}

/** The body as it is signed and sent; it is the same for every try. */
export function write(event: SequencedEvent, transaction?: TransactionFacts): string {
  const { index, seq, at, type, actor, data, merchantId: _, transactionId, ...subjects } = event
  return json({
    type,
    timestamp: at,
    data: {
      ...(transaction ? { transaction: shown(transaction) } : given({ ...subjects, transactionId })),
      event: { index, seq, actor, data },
    },
  })
}

/** A message without an event, to test the receiver. */
export function test(at: string, endpointId: string): string {
  return json({ type: 'webhook.test', timestamp: at, data: { endpointId, message: 'It works.' } })
}

function shown(facts: TransactionFacts): Record<string, unknown> {
  const { id, intentId, idempotencyKey, position, network, status, to, nonce, hash, blockNumber } = facts
  return { id, intentId, idempotencyKey, position, network, status, to, nonce, hash, blockNumber }
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
