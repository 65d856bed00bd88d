import { expect, test } from 'vitest'
import type { TimelineStep } from '@/lib/audit'
import * as PaymentTimeline from './PaymentTimeline'

const t = (ms: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, 0, ms)).toISOString()

const payment: PaymentTimeline.PaymentTimelineFacts['payment'] = {
  status: 'delivered',
  settlement: 'settled',
  when: 'after',
  wire: 'x402 v2',
  quotedAt: t(0),
  createdAt: t(120),
  upstreamStatus: 200,
  upstreamStartedAt: t(120),
  upstreamEndedAt: t(200),
  settledAt: t(2000),
  deliveredAt: t(2000),
  txHash: '0xaa',
  reason: null,
  refunds: [],
}

const transaction: NonNullable<PaymentTimeline.PaymentTimelineFacts['transaction']> = {
  status: 'final',
  createdAt: t(210),
  simulation: { ok: true, gasUsed: '61000' },
  kind: 'call',
  hash: '0xaa',
  blockNumber: '42',
  includedAt: t(1900),
  safeAt: t(20_000),
  finalAt: t(90_000),
  error: null,
  heldReason: null,
  attemptList: [
    { seq: 1, hash: '0xbb', signedAt: t(250), firstBroadcastAt: t(260), broadcasts: 3, answer: 'ok' },
    { seq: 2, hash: '0xaa', signedAt: t(900), firstBroadcastAt: t(910), broadcasts: 1, answer: 'ok' },
  ],
}

const events = [
  { type: 'payment.settling', at: t(210), data: {} },
  { type: 'transaction.simulated', at: t(230), data: {} },
]

const facts: PaymentTimeline.PaymentTimelineFacts = {
  payment,
  transaction,
  events,
  batch: { createdAt: t(210), form: 'aggregate', size: 3 },
}
const lines = (steps: TimelineStep[]) =>
  steps.map((step) => `${step.state} ${step.title}${step.sinceMs === null ? '' : ` +${step.sinceMs}`}`)

const refundFacts: PaymentTimeline.PaymentTimelineFacts['payment']['refunds'][number] = {
  id: 'r1',
  kind: 'member',
  source: 'signer',
  status: 'due',
  reason: 'The answer was wrong.',
  amountBase: '400000',
  token: { decimals: 6, symbol: 'USDC' },
  createdAt: t(3000),
  paidAt: null,
  txHash: null,
}

test('the steps of a delivered payment go from the challenge to the final block, in order of time', () => {
  expect(lines(PaymentTimeline.from(facts))).toEqual([
    'done Challenged',
    'done Claimed +120',
    'done Upstream called +0',
    'done Upstream answered +80',
    'done Handed to settlement +10',
    'done Simulated +20',
    'done Signed +20',
    'done Broadcast +10',
    'done Replaced with higher fees +640',
    'done Broadcast +10',
    'done Included +990',
    'done Transfer found on chain +100',
    'done Delivered +0',
    'done Safe +18000',
    'done Final +70000',
  ])
  expect(PaymentTimeline.story(facts).next).toBe('No further step: its block is final.')
})

test('a payment for an action continues with its steps, without an upstream', () => {
  const action = {
    id: 'a',
    status: 'included',
    createdAt: t(2000),
    submittedAt: t(2100),
    includedAt: t(3000),
    finalAt: null,
  }
  const bought = {
    ...facts,
    payment: {
      ...payment,
      when: 'before' as const,
      upstreamStatus: null,
      upstreamStartedAt: null,
      upstreamEndedAt: t(1990),
    },
    actions: [{ ...action, hash: '0xcc', error: null }],
  }
  expect(lines(PaymentTimeline.from(bought)).slice(-6)).toEqual([
    'done Delivered +0',
    'done Action sent +100',
    'done Action included +900',
    'done Safe +17000',
    'done Final +70000',
    'waiting Action final',
  ])
  expect(lines(PaymentTimeline.from(bought)).join()).not.toContain('Upstream')
  expect(lines(PaymentTimeline.from(bought)).join()).toContain('Action queued')
  expect(PaymentTimeline.story(bought).now).toBe('Paid, and its action is on chain.')
  const failed = { ...action, status: 'reverted', hash: '0xcc', error: 'no' }
  expect(PaymentTimeline.story({ ...bought, actions: [failed] }).now).toContain('failed at least in part')
})

test('an effect follows its cause, even if the clocks differ', () => {
  const skewed = { ...facts, payment: { ...payment, settledAt: t(1890), deliveredAt: t(1885) } }
  expect(lines(PaymentTimeline.from(skewed)).slice(10, 13)).toEqual([
    'done Included +990',
    'done Transfer found on chain +0',
    'done Delivered +0',
  ])
})

test('expected steps follow the past ones and have no time', () => {
  const steps = PaymentTimeline.from({
    ...facts,
    payment: {
      ...payment,
      status: 'authorized',
      settlement: 'pending',
      settledAt: null,
      deliveredAt: null,
      txHash: null,
    },
    transaction: { ...transaction, status: 'submitted', includedAt: null, safeAt: null, finalAt: null, hash: null },
  })
  expect(lines(steps).slice(-5)).toEqual([
    'done Broadcast +10',
    'waiting Included',
    'waiting Delivered',
    'waiting Safe',
    'waiting Final',
  ])
  expect(steps.filter((step) => step.state === 'waiting').every((step) => step.at === null)).toBe(true)
})

test('the story of an unknown settlement says so, and that repeating is safe', () => {
  const story = PaymentTimeline.story({
    ...facts,
    payment: { ...payment, status: 'authorized', settlement: 'pending' },
  })
  expect(story.now).toMatch(/not known yet/)
  expect(story.next).toMatch(/not charged twice/)
})

test('a settled payment without an answer ends in a refund', () => {
  const refund = { ...refundFacts, kind: 'engine', status: 'due', createdAt: t(3000), reason: 'HTTP 500' } as const
  const owed = {
    ...facts,
    payment: {
      ...payment,
      status: 'refund_due' as const,
      deliveredAt: null,
      upstreamStatus: 500,
      reason: 'HTTP 500',
      refunds: [refund],
    },
  }
  expect(lines(PaymentTimeline.from(owed)).filter((line) => /Upstream answered|Refund/.test(line))).toEqual([
    'failed Upstream answered +80',
    'failed Refund due +1000',
    'waiting Refund sent',
    'waiting Refunded',
  ])
  const paid = { ...refund, status: 'paid' as const, paidAt: t(9000), txHash: '0xcc' }
  const settled = { ...owed, payment: { ...owed.payment, status: 'refunded' as const, refunds: [paid] } }
  expect(PaymentTimeline.from(settled).find((step) => step.key === 'refunded')).toMatchObject({
    at: t(9000),
    hash: '0xcc',
  })
})

test('each refund by a member is a step with its amount, and the story says how much goes back and who sends it', () => {
  const paid = { ...refundFacts, status: 'paid' as const, paidAt: t(4000), txHash: '0xdd' }
  const own = { ...refundFacts, id: 'r2', source: 'wallet' as const, amountBase: '100000', createdAt: t(5000) }
  const partly = { ...facts, payment: { ...payment, refunds: [paid, own] } }
  expect(lines(PaymentTimeline.from(partly)).filter((line) => /efund|wallet/.test(line))).toEqual([
    'done Refund of 0.4 USDC requested +1000',
    'done Refunded 0.4 USDC +1000',
    'done Refund of 0.1 USDC requested +1000',
    'waiting Your wallet sends 0.1 USDC',
    'waiting Refunded 0.1 USDC',
  ])
  expect(PaymentTimeline.story(partly)).toEqual({
    now: 'Paid and delivered, and a part of it goes back.',
    next: 'Your wallet sends the refund, and Sluice books its transaction.',
  })
  const all = { ...facts, payment: { ...payment, status: 'refunded' as const, refunds: [paid] } }
  expect(PaymentTimeline.story(all).now).toBe('Refunded: the payer has its money back.')
  const withdrawn = { ...facts, payment: { ...payment, refunds: [{ ...own, status: 'cancelled' as const }] } }
  expect(PaymentTimeline.story(withdrawn).now).toMatch(/^Paid and delivered: the money is on chain/)
})

test('a voided payment has no expected steps', () => {
  const voided: PaymentTimeline.PaymentTimelineFacts = {
    payment: {
      ...payment,
      status: 'voided',
      settlement: 'none',
      settledAt: null,
      deliveredAt: null,
      reason: 'timed out',
    },
    batch: null,
    transaction: null,
    events: [{ type: 'payment.voided', at: t(5000), data: {} }],
  }
  const steps = PaymentTimeline.from(voided)
  expect(steps.at(-1)).toMatchObject({ title: 'Not charged', state: 'failed', detail: 'timed out', sinceMs: 4800 })
  expect(PaymentTimeline.story(voided).now).toBe('Not charged: timed out.')
  expect(PaymentTimeline.story(voided).next).toMatch(/the agent asks for a new 402/)
  expect(steps.some((step) => step.state === 'waiting')).toBe(false)
})

test('a reorganisation is a step', () => {
  const steps = PaymentTimeline.from({
    ...facts,
    events: [...events, { type: 'transaction.reorged', at: t(30_000), data: { reason: 'block 42 was replaced' } }],
  })
  expect(steps.find((step) => step.title === 'Its block left the chain')).toMatchObject({
    state: 'failed',
    sinceMs: 10_000,
  })
})

test('one cause is one cross, and the verdict ends with one full stop', () => {
  const reason = 'The simulation reverted: ERC20: transfer amount exceeds balance'
  const voided: PaymentTimeline.PaymentTimelineFacts = {
    payment: {
      ...payment,
      status: 'voided',
      settlement: 'failed',
      upstreamEndedAt: null,
      upstreamStatus: null,
      upstreamStartedAt: null,
      settledAt: null,
      deliveredAt: null,
      txHash: null,
      reason,
    },
    batch: null,
    transaction: {
      ...transaction,
      status: 'failed',
      simulation: { ok: false, reason: 'ERC20: transfer amount exceeds balance' },
      hash: null,
      blockNumber: null,
      includedAt: null,
      safeAt: null,
      finalAt: null,
      attemptList: [],
    },
    events: [
      { type: 'transaction.simulated', at: t(200), data: {} },
      { type: 'transaction.failed', at: t(210), data: { reason } },
      { type: 'payment.settlement_failed', at: t(220), data: { reason: 'Another sentence.' } },
      { type: 'payment.voided', at: t(230), data: {} },
    ],
  }
  const steps = PaymentTimeline.from(voided)
  expect(steps.slice(-4).map(({ state, title, detail }) => [state, title, detail])).toEqual([
    ['failed', 'Simulated', 'Would fail: ERC20: transfer amount exceeds balance'],
    ['follows', 'Transaction failed', null],
    ['follows', 'Transfer failed, proven on chain', 'Another sentence.'],
    ['follows', 'Not charged', null],
  ])
  expect(PaymentTimeline.story(voided).now).toBe(`Not charged: ${reason}.`)
  const ended = { ...voided, payment: { ...voided.payment, reason: 'The upstream was slow.' } }
  expect(PaymentTimeline.story(ended).now).toBe('Not charged: The upstream was slow.')
})
