import { Amount } from '@/lib/money'
import type { SettlementTerms, SettlementSchedule } from './SettlementTerms'

/** The schedule of settlements: whether a channel is due, the schedule in sentences, and its cost. Pure. */

/** Per trigger: the reason of a settlement as pages show it. */
export const reasons = {
  units: 'the limit of units was reached',
  amount: 'the limit of unsettled spending was reached',
  interval: 'the interval had passed',
  exposure: 'the limit of all channels together was reached',
  close_requested: 'the payer requested a close',
  idle: 'the channel was idle',
  agent: 'the agent closed the channel',
  member: 'a team member requested it',
} as const

export type SettlementTrigger = keyof typeof reasons

/** What the schedule reads of one channel. Amounts are micro-dollars. */
export type ScheduleFacts = {
  /** Units and value delivered since the last settlement. */
  units: bigint
  amountMicros: bigint
  /** The earliest time that the oldest of them can have been delivered. */
  sinceMs: number
  /** The unsettled value of all the merchant's channels on the network. */
  exposureMicros: bigint
  lastVoucherMs: number
  /** The payer has asked the contract to close it. */
  isCloseRequested: boolean
}

/** Why the channel has to be settled now; undefined if it is not due. A requested close comes first. */
export function dueBy(
  schedule: SettlementSchedule,
  facts: ScheduleFacts,
  nowMs: number,
): SettlementTrigger | undefined {
  const { units, amountMicros, intervalMs, exposureMicros, idleCloseMs } = schedule
  if (facts.isCloseRequested) return 'close_requested'
  if (idleCloseMs !== null && nowMs - facts.lastVoucherMs >= idleCloseMs) return 'idle'
  if (facts.amountMicros === 0n) return undefined
  if (units !== null && facts.units >= BigInt(units)) return 'units'
  if (amountMicros !== null && facts.amountMicros >= amountMicros) return 'amount'
  if (intervalMs !== null && nowMs - facts.sinceMs >= intervalMs) return 'interval'
  if (exposureMicros !== null && facts.exposureMicros >= exposureMicros) return 'exposure'
  return undefined
}

/** The schedule in sentences for the merchant. `exactly`: true if the contract can claim less than the voucher's amount (x402). */
export function describe({ schedule }: Pick<SettlementTerms, 'schedule'>, exactly = false): string {
  const { units, amountMicros, intervalMs, exposureMicros, idleCloseMs, excessMaxMicros } = schedule
  const reasons = [
    amountMicros !== null && dollars(amountMicros),
    units !== null && (units === 1 ? 'every unit' : `${units.toLocaleString('en')} units`),
    intervalMs !== null && inWords(intervalMs),
  ].filter((reason) => reason !== false)
  const first = reasons.length > 1 ? ', whichever comes first' : ''
  const parts = [
    reasons.length > 0 && `Settles a channel after ${join(reasons)}${first}`,
    exposureMicros !== null &&
      `${reasons.length > 0 ? 'all channels' : 'Settles all channels'} once they have ${dollars(exposureMicros)} unsettled together`,
    reasons.length === 0 && exposureMicros === null && 'Settles no channel automatically',
  ].filter((part) => part !== false)
  return [
    `${parts.join('; ')}; always before the deadline of a requested close.`,
    idleCloseMs === null
      ? 'Leaves idle channels open.'
      : `Settles and closes a channel after ${inWords(idleCloseMs)} without a voucher.`,
    exactly
      ? 'Claims exactly the spent amount, even if the vouchers allow more.'
      : `Claims at most ${dollars(excessMaxMicros)} more than was spent, because the contract pays whole vouchers. If no voucher fits, it waits.`,
  ].join(' ')
}

/** The limits for agents, in sentences. */
export function describeLimits({ limits }: Pick<SettlementTerms, 'limits'>): string {
  const { minDepositMicros, minDeltaMicros, vouchersPerSecond, channelMaxMicros, payerMaxMicros } = limits
  const taken = [
    minDepositMicros > 0n
      ? `channels with a deposit of at least ${dollars(minDepositMicros)}`
      : 'channels of any deposit',
    minDeltaMicros > 0n && `voucher increases of at least ${dollars(minDeltaMicros)}`,
    vouchersPerSecond !== null &&
      `up to ${vouchersPerSecond.toLocaleString('en')} ${vouchersPerSecond === 1 ? 'voucher' : 'vouchers'} per second from each channel`,
  ].filter((part) => part !== false)
  const stops = [
    channelMaxMicros !== null && `a channel has ${dollars(channelMaxMicros)}`,
    payerMaxMicros !== null && `a payer’s channels have ${dollars(payerMaxMicros)}`,
  ].filter((part) => part !== false)
  const stop =
    stops.length > 0
      ? `Stops serving once ${join(stops)} unsettled, until the next settlement.`
      : 'Serves everything that a deposit covers, without a limit for unsettled spending.'
  return `Accepts ${join(taken, 'and')}. ${stop}`
}

/** The highest daily cost of settling every `intervalMs`: one settlement per interval at `batchWei`, the recent cost of one. */
export function perDay(intervalMs: number, batchWei: bigint): { batches: number; wei: bigint } {
  const batches = Math.max(1, Math.floor(dayMs / intervalMs))
  return { batches, wei: batchWei * BigInt(batches) }
}

const dayMs = 24 * 60 * 60_000

const steps = [
  [dayMs, 'day'],
  [60 * 60_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const

/** "one hour", "90 seconds", "2 hours 30 minutes". */
function inWords(ms: number): string {
  let rest = ms
  const parts = steps.flatMap(([size, unit]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? [] : [count === 1 ? `one ${unit}` : `${count} ${unit}s`]
  })
  return parts.join(' ') || 'no time'
}

function join(parts: readonly string[], word = 'or'): string {
  const last = parts.at(-1) ?? ''
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} ${word} ${last}` : last
}

function dollars(micros: bigint): string {
  return Amount.formatDollars(micros)
}
