import { Amount } from '@/lib/money'
import type { SettlementTerms, SettlementSchedule } from './SettlementTerms'

/** When channels are settled: whether one is due, the schedule in words, and its cost. Pure. */

/** The reason of a settlement, in words. */
export const reasons = {
  units: 'enough units',
  amount: 'enough spent',
  interval: 'it was time',
  exposure: 'too much unsettled together',
  close_requested: 'the payer asked to close',
  idle: 'no voucher for long',
  agent: 'the agent closed it',
  member: 'a member asked',
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

/** The schedule in sentences, in a merchant's words. `exactly`: the contract captures only the amount that it is given. */
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
      `${reasons.length > 0 ? 'all of them' : 'Settles all channels'} once ${dollars(exposureMicros)} is unsettled together`,
    reasons.length === 0 && exposureMicros === null && 'Settles no channel by itself',
  ].filter((part) => part !== false)
  return [
    `${parts.join('; ')}; always before a requested close runs out.`,
    idleCloseMs === null
      ? 'Leaves idle channels open.'
      : `Settles and closes a channel after ${inWords(idleCloseMs)} without a voucher.`,
    exactly
      ? 'Takes exactly what was spent, whatever the vouchers allow.'
      : `Takes at most ${dollars(excessMaxMicros)} beyond what was spent, because the contract pays vouchers whole, and waits where that is not possible.`,
  ].join(' ')
}

/** The limits on agents, in sentences. */
export function describeLimits({ limits }: Pick<SettlementTerms, 'limits'>): string {
  const { minDepositMicros, minDeltaMicros, vouchersPerSecond, channelMaxMicros, payerMaxMicros } = limits
  const taken = [
    minDepositMicros > 0n
      ? `channels with at least ${dollars(minDepositMicros)} of deposit`
      : 'channels of any deposit',
    minDeltaMicros > 0n && `steps of at least ${dollars(minDeltaMicros)}`,
    vouchersPerSecond !== null &&
      `up to ${vouchersPerSecond.toLocaleString('en')} ${vouchersPerSecond === 1 ? 'voucher' : 'vouchers'} a second of each`,
  ].filter((part) => part !== false)
  const stops = [
    channelMaxMicros !== null && `a channel has ${dollars(channelMaxMicros)}`,
    payerMaxMicros !== null && `a payer’s channels have ${dollars(payerMaxMicros)}`,
  ].filter((part) => part !== false)
  const stop =
    stops.length > 0
      ? `Serves no more once ${join(stops)} unsettled, until the next settlement.`
      : 'Serves whatever a deposit covers, however much is unsettled.'
  return `Takes ${join(taken, 'and')}. ${stop}`
}

/** What settling every `intervalMs` costs a day at most: one settlement per interval, each as expensive as the recent ones. */
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
