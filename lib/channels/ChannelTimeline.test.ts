import { describe, expect, it, test } from 'vitest'
import type * as ChannelView from './ChannelView'
import * as ChannelTimeline from './ChannelTimeline'

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, second)).toISOString()
const token = { address: '0x20', symbol: 'pathUSD', decimals: 6 }
const network = {
  network: 'eip155:1337',
  name: 'Tempo local',
  gasSymbol: 'USD',
  gasDecimals: 18,
  testnet: true,
  local: true,
  explorer: null,
}

const channel: ChannelView.ChannelDetail = {
  id: `0x${'a'.repeat(64)}`,
  merchantId: 'm',
  createdAt: at(0),
  state: 'open',
  network,
  token,
  payer: '0x1',
  resource: { id: 'r', method: 'GET', path: '/', name: 'n', unitType: 'request' },
  depositBase: '1000000',
  acceptedBase: '300000',
  spentBase: '250000',
  settledBase: '0',
  atRiskBase: '250000',
  prepaidBase: '0',
  units: '250',
  vouchers: '250',
  lastVoucherAt: at(9),
  closeDeadlineAt: null,
  isSettling: false,
  parkedReason: null,
  protocol: 'mpp',
  wire: 'mpp tempo session',
  escrow: '0x4d',
  payee: '0x2',
  operator: '0x3',
  signer: '0x1',
  reservedBase: '0',
  acceptedSignature: null,
  closeRequestedAt: null,
  parkedUntil: null,
  openTransactionId: 't',
  refundedBase: null,
  openedAt: at(1),
  lastSettledAt: null,
  closedAt: null,
  error: null,
  topUps: [],
}

const settlement: ChannelView.ChannelSettlementView = {
  id: 's',
  batchId: 'b',
  channelId: channel.id,
  payer: '0x1',
  kind: 'settle',
  trigger: 'amount',
  reason: 'enough spent',
  status: 'settled',
  network,
  token,
  cumulativeBase: '200000',
  spentBase: '200000',
  units: '200',
  vouchers: '200',
  paidBase: '200000',
  error: null,
  createdAt: at(4),
  appliedAt: at(5),
  hash: '0xabc',
}

const titles = (facts: Partial<ChannelTimeline.ChannelTimelineFacts>) =>
  ChannelTimeline.from({ channel, settlements: [], events: [], ...facts }).map((step) => step.title)

describe('the steps', () => {
  it('are in order of time, then the expected steps', () => {
    const topUp = {
      transactionId: 'u',
      hash: '0xu',
      amountBase: '500000',
      createdAt: at(2),
      appliedAt: at(3),
      error: null,
    }
    const steps = ChannelTimeline.from({
      channel: { ...channel, topUps: [topUp] },
      settlements: [{ ...settlement, id: 'p', status: 'pending', kind: 'close', appliedAt: null }, settlement],
      events: [
        { seq: '7', type: 'channel.parked', at: at(6), data: { reason: 'the voucher is too high' } },
        { seq: '5', type: 'channel.settled', at: at(5), data: {} },
        { seq: '8', type: 'channel.claimed', at: at(7), data: { reason: 'PayAI', txHash: '0xdef' } },
      ],
    })
    expect(steps.map(({ title, detail, sinceMs }) => [title, detail, sinceMs])).toEqual([
      ['Opening transaction sent', null, null],
      ['Deposit found on chain', null, 1_000],
      ['Top-up sent', '$0.50', 1_000],
      ['Top-up found on chain', '$0.50', 1_000],
      ['Paid out', '$0.20, because: enough spent', 2_000],
      ['Due, but cannot be settled', 'the voucher is too high', 1_000],
      ['Claimed by a remote facilitator', 'PayAI', 1_000],
      ['Closed on chain', 'Because: enough spent', null],
    ])
    expect(steps.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'done',
      'failed',
      'done',
      'waiting',
    ])
  })

  it('say what failed and what the payer may do', () => {
    const failed = { ...settlement, status: 'failed' as const, paidBase: null, error: 'reverted' }
    expect(titles({ settlements: [failed] })).toContain('Settlement failed')
    const asked = { ...channel, state: 'close_requested' as const, closeDeadlineAt: at(50) }
    expect(ChannelTimeline.from({ channel: asked, settlements: [], events: [] }).at(-1)).toMatchObject({
      state: 'waiting',
      detail: 'After 2026-11-22 10:00:50 UTC',
    })
    expect(titles({ channel: { ...channel, state: 'opening', openedAt: null } })).toEqual([
      'Opening transaction sent',
      'Deposit found on chain',
    ])
  })

  it('are cut in the middle when there are too many', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...settlement, id: String(index), appliedAt: at(index) }))
    const steps = ChannelTimeline.from({ channel, settlements: many, events: [] })
    expect(steps).toHaveLength(41)
    expect(steps[0]?.title).toBe('Opening transaction sent')
    expect(steps[1]?.title).toBe('62 more steps')
    expect(steps.at(-1)?.at).toBe(at(99))
    expect(steps.every((step, index) => (steps[index - 1]?.at ?? '') <= (step.at ?? ''))).toBe(true)
  })
})

test.each<[Partial<ChannelView.ChannelDetail>, string]>([
  [{}, '$0.25 was delivered and is not paid out yet. The schedule'],
  [{ isSettling: true }, 'A settlement is on its way.'],
  [{ parkedReason: 'x' }, 'waits for a better voucher'],
  [{ atRiskBase: '0' }, 'everything that was delivered is paid out'],
  [{ atRiskBase: '0', spentBase: '0' }, 'nothing was bought yet'],
  [{ state: 'opening' }, 'was not found on chain yet'],
  [{ state: 'close_requested' }, 'goes before all others'],
  [{ state: 'close_requested', atRiskBase: '0' }, 'Nothing is owed'],
  [{ state: 'closing' }, 'on its way to the chain'],
  [{ state: 'closed' }, '$0.25 was delivered and never paid'],
  [
    { state: 'closed', atRiskBase: '0', settledBase: '250000', refundedBase: '750000' },
    '$0.25 was paid out and $0.75 went back',
  ],
  [{ state: 'failed', error: 'it reverted' }, 'never opened: it reverted'],
])('the story of %j', (change, text) => {
  const { now, next } = ChannelTimeline.story({ ...channel, ...change })
  expect(`${now} ${next}`).toContain(text)
})
