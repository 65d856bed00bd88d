import { Amount } from '@/lib/money'
import * as Clock from './Clock'
import { isMetered, nameOf, windowInWords, type PricePlan, type PricedUnit, type PriceWindow } from './PricePlan'

/** The facts of a call when it is priced. */
export type CallFacts = {
  /** When it is quoted, ms since 1970. */
  atMs: number
  /** Canonical address of an agent that signed in. */
  wallet?: string | undefined
  /** The counted units, if they are known already. */
  units?: bigint | undefined
  /** Free calls that the wallet has used this day; absent if the free quota is counted elsewhere. */
  freeUsed?: number | undefined
}

/** The price of a call. Micro-dollars. */
export type Price = {
  /** The charge; if the number of units is not known yet: the highest possible charge. */
  micros: bigint
  /** The highest possible charge: the amount of the quote. */
  maxMicros: bigint
  /** The charge is known only with the answer. */
  metered: boolean
  /** Factor of window and discount on the price, in ten-thousandths. */
  scale: number
  /** The steps of the computation, in order. */
  reasons: readonly PriceReason[]
}

export type PriceReason =
  | { kind: 'base'; micros: bigint }
  /** Units of one tier and what they cost at the usual price, before it is rounded: `micros` for `per` of them. */
  | { kind: 'units'; units: bigint; name: string; per: bigint; micros: bigint }
  | { kind: 'unknown-units'; name: string; later: boolean }
  | { kind: 'window'; window: PriceWindow }
  | { kind: 'discount'; percent: number }
  | { kind: 'least' | 'most'; micros: bigint }
  | { kind: 'free-quota'; used: number; perDay: number }

/** The whole price. */
const whole = 10_000

/** The price of a call under a price plan. Pure. Rounded up by less than a micro-dollar. */
export function of(policy: PricePlan, facts: CallFacts): Price {
  const metered = isMetered(policy)
  const used = quotaUsed(policy, facts)
  if (used !== undefined)
    return {
      micros: 0n,
      maxMicros: 0n,
      metered: false,
      scale: 0,
      reasons: [{ kind: 'free-quota', used, perDay: policy.freePerDay }],
    }
  const reasons: PriceReason[] = []
  if (policy.baseMicros > 0n || !policy.unit) reasons.push({ kind: 'base', micros: policy.baseMicros })
  if (policy.unit && facts.units === undefined)
    reasons.push({ kind: 'unknown-units', name: policy.unit.name, later: metered })
  else if (policy.unit) reasons.push(...tiersOf(policy.unit, facts.units ?? 0n))
  const window = policy.windows.find((candidate) => isIn(candidate, facts.atMs))
  if (window) reasons.push({ kind: 'window', window })
  const discount = facts.wallet === undefined ? 0 : discountOf(policy, facts.wallet)
  if (discount > 0) reasons.push({ kind: 'discount', percent: discount })
  const scale = (window?.percent ?? 100) * (100 - discount)
  const micros = amount(policy, facts.units, scale, reasons)
  const maxMicros = metered ? amount(policy, undefined, scale) : micros
  return { micros, maxMicros, metered: metered && maxMicros > 0n, scale, reasons }
}

/** The members of a quote that a metered charge needs. */
export type QuotedMeter = { priceMicros: bigint; scale: number }

/**
 * The charge for an answer, under the plan of the quote: with the window and the discount at the time of the quote, and never
 * more than the quote says. `units` undefined: the answer stated no number, and none are charged. Pure.
 */
export function charge(policy: PricePlan, { priceMicros, scale }: QuotedMeter, units: bigint | undefined): bigint {
  const micros = amount(policy, units ?? 0n, scale)
  return micros < priceMicros ? micros : priceMicros
}

/** The steps of a price, one sentence each. */
export function inWords(reason: PriceReason): string {
  switch (reason.kind) {
    case 'base':
      return `Every call: ${Amount.formatDollars(reason.micros)}`
    case 'units': {
      const { units, name, per, micros } = reason
      const price = `${Amount.formatDollars(micros)} for ${per === 1n ? 'each' : per.toLocaleString('en')}`
      return `${units.toLocaleString('en')} ${nameOf(name, units)} at ${price}`
    }
    case 'unknown-units':
      return reason.later
        ? `The ${reason.name}s are counted in the answer: until then the most that a call may cost`
        : `The request does not say how many ${reason.name}s: the most that a call may cost`
    case 'window':
      return `Now: ${windowInWords(reason.window)}`
    case 'discount':
      return `This agent: ${reason.percent} % less`
    case 'least':
      return `A call costs at least ${Amount.formatDollars(reason.micros)}`
    case 'most':
      return `A call costs at most ${Amount.formatDollars(reason.micros)}`
    case 'free-quota':
      return `Free: call ${(reason.used + 1).toLocaleString('en')} of ${reason.perDay.toLocaleString('en')} that this wallet has free today`
  }
}

/** Rounded once, up: a price above zero stays above zero. */
function amount(
  { baseMicros, unit, minMicros, maxMicros }: PricePlan,
  units: bigint | undefined,
  scale: number,
  reasons?: PriceReason[],
): bigint {
  if (scale === 0) return 0n
  if (unit && units === undefined && maxMicros !== null) return maxMicros
  const per = unit?.per ?? 1n
  let sum = baseMicros * per
  if (unit) for (const tier of tiersOf(unit, units ?? 0n)) sum += tier.units * tier.micros
  const micros = ceil(sum * BigInt(scale), per * BigInt(whole))
  // The minimum first: if it is set above the maximum, the maximum counts.
  const atLeast = minMicros !== null && micros < minMicros ? minMicros : micros
  if (atLeast !== micros) reasons?.push({ kind: 'least', micros: atLeast })
  if (maxMicros === null || atLeast <= maxMicros) return atLeast
  reasons?.push({ kind: 'most', micros: maxMicros })
  return maxMicros
}

function tiersOf({ name, per, tiers }: PricedUnit, units: bigint): Extract<PriceReason, { kind: 'units' }>[] {
  let before = 0n
  return tiers.flatMap(({ upTo, micros }) => {
    const end = upTo === null || upTo > units ? units : upTo
    const within = end - before
    if (within <= 0n) return []
    before = end
    return [{ kind: 'units' as const, units: within, name, per, micros }]
  })
}

function quotaUsed({ freePerDay }: PricePlan, { wallet, freeUsed }: CallFacts): number | undefined {
  return wallet !== undefined && freeUsed !== undefined && freeUsed < freePerDay ? freeUsed : undefined
}

function discountOf({ discounts }: PricePlan, wallet: string): number {
  return discounts.find((discount) => discount.wallet === wallet)?.percent ?? 0
}

/** A window that ends on the next day belongs to the day on which it begins. */
function isIn({ days, from, to, timeZone }: PriceWindow, atMs: number): boolean {
  const { day, minute } = Clock.read(timeZone, atMs)
  if (from < to) return days.includes(day) && minute >= from && minute < to
  if (days.includes(day) && minute >= from) return true
  return minute < to && days.includes(day === 1 ? 7 : day - 1)
}

function ceil(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator
}
