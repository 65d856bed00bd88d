import { Transaction } from '@/lib/execution'
import { ExecutionPolicy } from '@/lib/policies'
import type { ExecutionView } from './ExecutionView'

/** JSON Schema of a transaction in the API: one property for each member of ExecutionView. */

const text = (description: string) => ({ type: 'string', description })
const maybe = (description: string) => ({ type: ['string', 'null'], description })
const flag = (description: string) => ({ type: 'boolean', description })
const time = (description: string) => ({ type: ['string', 'null'], format: 'date-time', description })
const object = <Name extends string>(properties: Record<Name, object>, description?: string) => ({
  type: 'object',
  ...(description && { description }),
  properties,
})
const status = { type: 'string', enum: Transaction.statuses }

export const decision = object({
  allowed: { type: 'boolean' },
  rules: {
    type: 'array',
    items: object({ rule: { type: 'string' }, ok: { type: 'boolean' }, detail: { type: 'string' } }),
  },
})

export const policy = {
  ...object({ id: { type: 'string' }, version: { type: 'integer' } }),
  type: ['object', 'null'],
}

export const simulation = {
  ...object({
    ok: { type: 'boolean' },
    method: text('eth_simulateV1, which tells everything, or eth_call, which tells whether it reverts.'),
    blockNumber: text('On whose state it ran.'),
    gasUsed: text('Gas.'),
    reason: text('Why it would revert, in one line.'),
    revert: object({}, 'The revert, decoded: by, name, args, message.'),
    call: object({}, 'The call in words: selector, name, args.'),
    transfers: { type: 'array', description: 'Tokens that move: asset, from, to, amount.' },
    changes: { type: 'array', description: 'What each account would have more or less of.' },
    digest: text('SHA-256 of success, transfers and changes in canonical JSON.'),
  }),
  type: ['object', 'null'],
}

const attempt = object<keyof ExecutionView['attempts'][number]>({
  seq: { type: 'integer' },
  hash: { type: 'string' },
  kind: text('call, or cancel: nothing, sent to itself on the same nonce.'),
  maxFeePerGas: text('Wei per gas.'),
  tipPerGas: text('Wei per gas.'),
  gas: text('Gas limit.'),
  legacy: flag('Type 0: one price, no tip.'),
  private: flag('Sent to the private endpoint only.'),
  signedAt: text('ISO 8601.'),
  firstBroadcastAt: time('Null: not sent yet.'),
  lastBroadcastAt: time('The same bytes are sent again until they are in a block.'),
  broadcasts: { type: 'integer' },
  answer: maybe('What the node said last.'),
})

const intent = {
  ...object<keyof NonNullable<ExecutionView['intent']>>({
    id: { type: 'string' },
    idempotencyKey: maybe('Of the request.'),
    position: { type: 'integer', description: 'Place of this transaction among those of the request.' },
    transactions: {
      type: 'array',
      items: object({ id: { type: 'string' }, position: { type: 'integer' }, status }),
    },
    finality: { type: 'string', enum: ExecutionPolicy.finalities },
    callbackUrl: maybe('Told about every change of state.'),
    asker: { ...object({ kind: text('key, agent or member.'), id: { type: 'string' } }), type: ['object', 'null'] },
    policy,
    decision,
    paymentId: maybe('The payment that bought it.'),
    channelId: maybe('The channel that bought it.'),
    createdAt: text('ISO 8601.'),
  }),
  type: ['object', 'null'],
}

const properties: Record<keyof ExecutionView, object> = {
  id: { type: 'string', format: 'uuid' },
  status: {
    ...status,
    description:
      'held waits for something and resumes by itself (heldReason). final, reverted, cancelled, expired and failed are ends; everything else may still change, also back from included to submitted when its block leaves the chain.',
  },
  outcome: {
    type: 'string',
    enum: ['pending', 'succeeded', 'reverted', 'not-executed'],
    description: 'What is known at the finality that was asked for.',
  },
  ended: flag('Nothing more will happen to it.'),
  network: text('CAIP-2.'),
  from: text('The server’s signer.'),
  to: maybe('Address called.'),
  data: text('Call data.'),
  value: text('Wei.'),
  nonce: maybe('Null until it is signed.'),
  urgency: { type: 'string' },
  submission: { type: 'string' },
  deadline: time('After it, it is given up.'),
  maxFee: maybe('Wei, at most.'),
  hash: maybe('Of the attempt that is in a block.'),
  block: {
    ...object({ number: { type: 'string' }, hash: { type: 'string' } }),
    type: ['object', 'null'],
  },
  gasUsed: maybe('Gas.'),
  gasPrice: maybe('Wei per gas.'),
  l1Fee: maybe('Wei, where an OP-stack chain takes it.'),
  fee: maybe('Wei, all of it.'),
  heldReason: maybe('What it waits for.'),
  error: maybe('Why it reverted, or never ran.'),
  cancel: {
    ...object({ askedAt: { type: 'string' }, reason: { type: ['string', 'null'] } }),
    type: ['object', 'null'],
  },
  createdAt: text('ISO 8601.'),
  submittedAt: time('First sent.'),
  includedAt: time('In a block.'),
  safeAt: time('In a safe block.'),
  finalAt: time('In a final block.'),
  simulation: { ...simulation, description: 'The last one.' },
  accepted: { ...simulation, description: 'The one that was accepted with the request.' },
  drift: {
    ...object({ matched: { type: 'boolean' }, differences: { type: 'array', items: { type: 'string' } } }),
    type: ['object', 'null'],
    description: 'What its inclusion did otherwise than the simulation said.',
  },
  attempts: { type: 'array', items: attempt, description: 'Signed broadcasts of one nonce: at most one is included.' },
  intent: { ...intent, description: 'The request that it carries out.' },
  links: object<keyof ExecutionView['links']>({
    self: { type: 'string', format: 'uri' },
    events: { type: 'string', format: 'uri' },
    cancel: { type: 'string', format: 'uri' },
    speedUp: { type: 'string', format: 'uri' },
    receipt: { type: 'string', format: 'uri' },
  }),
}

export const transaction = { type: 'object', required: Object.keys(properties), properties }
