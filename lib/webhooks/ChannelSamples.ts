import type { OfferedIn } from './Endpoint'

/** `data.event.data` of the events of channels. Amounts are base units, as text. */

const txHash = `0x${'9a'.repeat(32)}`
const blockNumber = '21500118'

export const channelData: Record<OfferedIn<'channel'>, Record<string, unknown>> = {
  'channel.opening': {
    network: 'eip155:4217',
    payer: '0x8ba1f109551bd432803012645ac136ddd64dba72',
    payee: '0x2f5e3684cb1f318ec51b00edba38d79ac2c0aa9d',
    depositBase: '1000000',
    hash: txHash,
  },
  'channel.opened': { depositBase: '1000000', txHash },
  'channel.failed': { reason: 'The opening transaction reverted.' },
  'channel.charged': {
    chargedBase: '2000',
    units: '2',
    deliveries: [{ requestId: '2c1f…', voucher: '12000', chargedBase: '2000', upstreamStatus: 200 }],
  },
  'channel.released': { amountBase: '1000', processId: '6b1d2c3e-4f50-4617-8293-a4b5c6d7e8f9' },
  'channel.given_back': { reason: 'The action did not run.', chargedBase: '1000', voucherBase: '12000' },
  'channel.topped_up': { addedBase: '500000', txHash },
  'channel.close_requested': { deadlineAt: '2026-11-30T10:41:07.000Z' },
  'channel.close_cancelled': { blockNumber },
  'channel.settling': {
    trigger: 'interval',
    cumulativeBase: '12000',
    captureBase: '12000',
    refundBase: '0',
    spentBase: '12000',
  },
  'channel.handed_over': { facilitator: 'Reference', settledBase: '12000' },
  'channel.claimed': { facilitator: 'Reference', txHash, settledBase: '12000' },
  'channel.settled': { txHash, settledBase: '12000', paidBase: '12000', blockNumber },
  'channel.settlement_failed': { reason: 'The transaction reverted.' },
  'channel.closing': {
    trigger: 'request',
    cumulativeBase: '12000',
    captureBase: '12000',
    refundBase: '988000',
    spentBase: '12000',
  },
  'channel.closed': { txHash, settledBase: '12000', paidBase: '12000', refundedBase: '988000', blockNumber },
  'channel.refunded': {
    txHash,
    settledBase: '12000',
    paidBase: '0',
    refundedBase: '500000',
    depositBase: '500000',
    blockNumber,
  },
  'channel.reopened': { blockNumber },
  'channel.parked': { reason: 'The settlement was refused: the deposit is spent.' },
  'channel.reorged': { reason: 'Its closing was taken back.', depositBase: '1000000', settledBase: '0', blockNumber },
}
