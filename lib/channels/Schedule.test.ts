import { describe, expect, it, test } from 'vitest'
import { defaults, type SettlementSchedule as Rules } from './SettlementTerms'
import * as Schedule from './Schedule'

const off: Rules = {
  units: null,
  amountMicros: null,
  intervalMs: null,
  exposureMicros: null,
  idleCloseMs: null,
  excessMaxMicros: 0n,
}
const hour = 60 * 60_000
const day = 24 * hour

describe('in words', () => {
  test.each<[Partial<Rules>, string]>([
    [
      { amountMicros: 1_000_000n, intervalMs: hour },
      'Settles a channel after $1.00 or one hour, whichever comes first; always before the deadline of a requested close.',
    ],
    [{ intervalMs: 90_000 }, 'Settles a channel after one minute 30 seconds; always before'],
    [
      { amountMicros: 25n, units: 1_000, intervalMs: 2 * day },
      'Settles a channel after $0.000025, 1,000 units or 2 days, whichever comes first; always before',
    ],
    [{ units: 1 }, 'Settles a channel after every unit; always before'],
    [
      { units: 5, exposureMicros: 50_000_000n },
      'Settles a channel after 5 units; all channels once they have $50.00 unsettled together; always before',
    ],
    [{ exposureMicros: 1n }, 'Settles all channels once they have $0.000001 unsettled together; always before'],
    [
      {},
      'Settles no channel automatically; always before the deadline of a requested close. Leaves idle channels open.',
    ],
    [{ idleCloseMs: 30 * day }, 'Settles and closes a channel after 30 days without a voucher.'],
    [{ excessMaxMicros: 100_000n }, 'Claims at most $0.10 more than was spent'],
  ])('%o', (rules, text) => expect(Schedule.describe({ schedule: { ...off, ...rules } })).toContain(text))

  it('says which limits apply to agents', () => {
    expect(Schedule.describeLimits(defaults)).toBe(
      'Accepts channels with a deposit of at least $0.01 and up to 200 vouchers per second from each channel. ' +
        'Stops serving once a channel has $100.00 unsettled, until the next settlement.',
    )
    const open = { ...defaults.limits, minDepositMicros: 0n, vouchersPerSecond: null, channelMaxMicros: null }
    expect(Schedule.describeLimits({ limits: open })).toContain('everything that a deposit covers')
    expect(Schedule.describeLimits({ limits: { ...open, minDeltaMicros: 5n, payerMaxMicros: 7n } })).toBe(
      'Accepts channels of any deposit and voucher increases of at least $0.000005. ' +
        'Stops serving once a payer’s channels have $0.000007 unsettled, until the next settlement.',
    )
  })
})

describe('due', () => {
  const nowMs = 100 * day
  const quiet: Schedule.ScheduleFacts = {
    units: 9n,
    amountMicros: 900n,
    sinceMs: nowMs - hour + 1,
    exposureMicros: 5_000n,
    lastVoucherMs: nowMs - day + 1,
    isCloseRequested: false,
  }
  const rules: Rules = {
    units: 10,
    amountMicros: 1_000n,
    intervalMs: hour,
    exposureMicros: 6_000n,
    idleCloseMs: day,
    excessMaxMicros: 0n,
  }

  test.each<[string | undefined, Partial<Schedule.ScheduleFacts>]>([
    [undefined, {}],
    ['units', { units: 10n }],
    ['amount', { amountMicros: 1_000n }],
    ['interval', { sinceMs: nowMs - hour }],
    ['exposure', { exposureMicros: 6_000n }],
    ['idle', { lastVoucherMs: nowMs - day }],
    ['idle', { lastVoucherMs: nowMs - day, amountMicros: 0n }],
    ['close_requested', { isCloseRequested: true, amountMicros: 0n }],
    // Nothing was earned since the last settlement: nothing is due, however long ago it was.
    [undefined, { amountMicros: 0n, units: 10n, sinceMs: 0, exposureMicros: 6_000n }],
  ])('%s', (trigger, change) => {
    expect(Schedule.dueBy(rules, { ...quiet, ...change }, nowMs)).toBe(trigger)
    // A rule that is off gives no reason. Only a requested close always does.
    const silent = trigger === 'close_requested' ? trigger : undefined
    expect(Schedule.dueBy(off, { ...quiet, ...change }, nowMs)).toBe(silent)
  })
})

test('a lower interval costs its settlements, one a day at least', () => {
  expect(Schedule.perDay(hour, 7n)).toEqual({ batches: 24, wei: 168n })
  expect(Schedule.perDay(5 * 60_000, 7n)).toEqual({ batches: 288, wei: 2_016n })
  expect(Schedule.perDay(7 * day, 7n)).toEqual({ batches: 1, wei: 7n })
})
