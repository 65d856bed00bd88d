import type { SequencedEvent } from '@/lib/audit'
import { channelData } from './ChannelSamples'
import type { OfferedType } from './Endpoint'
import * as Message from './Message'
import { batchData, paymentData, transactionData } from './MoneySamples'

/** A sample body of each event that an endpoint can get, written by the function that writes the real ones. */

const ids = {
  payment: '7d0b3f52-8a6e-4c53-9f1a-2f4a1f8f4c11',
  resource: '0b9d7c1e-52a4-4f0e-8a41-6e5f1d3c2b90',
  merchant: 'c2a5e0d4-1f37-4b86-93de-5a7b0e9f6d21',
  transaction: '5e1c9a70-3d2b-4f68-b7c4-90a1d2e3f405',
  batch: 'e4f7a1b2-6c3d-4e5f-8091-a2b3c4d5e6f7',
}
const channelId = `0x${'3c'.repeat(32)}`

const data: Record<OfferedType, Record<string, unknown>> = {
  ...paymentData,
  ...channelData,
  ...batchData,
  ...transactionData,
}

/** The facts of the transaction that the events of transactions carry. */
const facts: Message.TransactionFacts = {
  id: ids.transaction,
  merchantId: ids.merchant,
  intentId: '91f0c3d2-7b6a-4e58-a1b2-c3d4e5f60718',
  idempotencyKey: 'payout-17',
  callbackUrl: null,
  position: 0,
  network: 'eip155:8453',
  status: 'submitted',
  to: '0x036cbd53842c5426634e7929541ec2318f3dcf7e',
  nonce: 42n,
  hash: `0x${'9a'.repeat(32)}`,
  blockNumber: null,
}

/** The body as text, of any type in `Endpoint.offered`. */
export function bodyOf(type: OfferedType): string {
  const group = type.split('.')[0]
  const event: SequencedEvent = {
    index: 1_207n,
    seq: 1_311n,
    at: '2026-11-30T09:41:07.123Z',
    type,
    actor: { kind: 'system', id: 'gateway' },
    merchantId: ids.merchant,
    resourceId: group === 'payment' || group === 'channel' ? ids.resource : null,
    paymentId: group === 'payment' ? ids.payment : null,
    channelId: group === 'channel' ? channelId : null,
    batchId: group === 'batch' ? ids.batch : null,
    transactionId: group === 'transaction' ? ids.transaction : null,
    data: data[type],
  } as SequencedEvent
  return JSON.stringify(JSON.parse(Message.write(event, group === 'transaction' ? facts : undefined)), null, 2)
}

/** The names in `data.event.data` of a type. An event has some of them or all. */
export function fieldsOf(type: OfferedType): readonly string[] {
  return Object.keys(data[type])
}
