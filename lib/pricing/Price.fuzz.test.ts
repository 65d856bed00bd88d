import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Price, type PricePlan } from '.'

const micros = fc.bigInt(0n, 10_000_000n)
const units = fc.bigInt(0n, 10_000_000n)
const atMs = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000)
const wallet = '0x15d34aaf54267db7d7c367839aaf71a00a2c6a65'

const tiers = fc
  .tuple(fc.uniqueArray(fc.bigInt(1n, 1_000_000n), { maxLength: 4 }), fc.array(micros, { minLength: 5, maxLength: 5 }))
  .map(([ends, prices]) =>
    [...ends.toSorted((a, b) => (a < b ? -1 : 1)), null].map((upTo, index) => ({ upTo, micros: prices[index] ?? 0n })),
  )

const unit = fc.record({
  count: fc.constantFrom({ of: 'response-bytes' as const }, { of: 'request-bytes' as const }),
  name: fc.constant('token'),
  per: fc.bigInt(1n, 1_000_000n),
  tiers,
})

const minute = fc.integer({ min: 0, max: 1_439 })
const window = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  from: minute,
  to: minute,
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati'),
  percent: fc.integer({ min: 0, max: 1_000 }),
})

const policies: fc.Arbitrary<PricePlan.PricePlan> = fc.record({
  baseMicros: micros,
  unit,
  minMicros: fc.option(micros),
  maxMicros: fc.bigInt(1n, 10_000_000n),
  freePerDay: fc.integer({ min: 0, max: 5 }),
  windows: fc.array(window, { maxLength: 3 }),
  discounts: fc.integer({ min: 0, max: 100 }).map((percent) => (percent === 0 ? [] : [{ wallet, percent }])),
})

const open = (policy: PricePlan.PricePlan) => ({ ...policy, minMicros: null, maxMicros: null })

it('never falls when there are more units, and never leaves its bounds', () => {
  fc.assert(
    fc.property(policies, units, units, atMs, (policy, some, more, at) => {
      const [few, many] = some <= more ? [some, more] : [more, some]
      const [low, high] = [few, many].map((count) => Price.of(policy, { atMs: at, wallet, units: count }))
      expect(low!.micros <= high!.micros).toBe(true)
      expect(high!.micros <= (policy.maxMicros ?? 0n)).toBe(true)
      expect(high!.micros <= high!.maxMicros && low!.micros >= 0n).toBe(true)
    }),
  )
})

it('charges never more than was quoted, and what the same units cost when it was quoted', () => {
  fc.assert(
    fc.property(policies, units, atMs, micros, (policy, count, at, lower) => {
      const metered = { ...policy, unit: policy.unit && { ...policy.unit, count: { of: 'response-bytes' as const } } }
      const { maxMicros, scale, metered: isMetered } = Price.of(metered, { atMs: at, wallet })
      if (!isMetered) return
      const charged = Price.charge(metered, { priceMicros: maxMicros, scale }, count)
      expect(charged).toBe(Price.of(metered, { atMs: at, wallet, units: count }).micros)
      expect(Price.charge(metered, { priceMicros: lower, scale }, count) <= lower).toBe(true)
    }),
  )
})

it('is less than a micro-dollar above the exact amount, and never below it', () => {
  fc.assert(
    fc.property(policies, units, atMs, (policy, count, at) => {
      const { micros: rounded, scale, reasons } = Price.of(open(policy), { atMs: at, wallet, units: count })
      // In rational numbers, from the sentences that explain it.
      const per = policy.unit?.per ?? 1n
      const sum = reasons.reduce(
        (all, reason) => (reason.kind === 'units' ? all + reason.units * reason.micros : all),
        policy.baseMicros * per,
      )
      const [numerator, denominator] = [sum * BigInt(scale), per * 10_000n]
      expect(rounded * denominator >= numerator).toBe(true)
      expect((rounded - 1n) * denominator < numerator || rounded === 0n).toBe(true)
    }),
  )
})

it('does not care whether the window or the discount comes first', () => {
  fc.assert(
    fc.property(policies, units, atMs, (policy, count, at) => {
      const { micros: both, reasons } = Price.of(open(policy), { atMs: at, wallet, units: count })
      const inForce = reasons.find(({ kind }) => kind === 'window')
      const percent = inForce?.kind === 'window' ? inForce.window.percent : 100
      const off = policy.discounts[0]?.percent ?? 0
      // The two swapped: the window's percent as a discount and the discount as a window, which lasts for ever.
      const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 0, timeZone: 'UTC', percent: 100 - off }
      const swapped = { ...open(policy), windows: [always], discounts: [] }
      const scaled = Price.of(
        { ...swapped, baseMicros: policy.baseMicros * BigInt(percent), unit: times(policy.unit, BigInt(percent)) },
        { atMs: at, units: count },
      ).micros
      expect((scaled + 99n) / 100n).toBe(both)
    }),
  )
})

it('gives a wallet its free calls of a day and then none', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 0, max: 20 }), atMs, (policy, used, at) => {
      const { reasons, micros: price } = Price.of(policy, { atMs: at, wallet, units: 1n, freeUsed: used })
      const isFree = reasons.some(({ kind }) => kind === 'free-quota')
      expect(isFree).toBe(used < policy.freePerDay)
      if (isFree) expect(price).toBe(0n)
    }),
  )
})

function times(unit: PricePlan.PricedUnit | null, factor: bigint): PricePlan.PricedUnit | null {
  return unit && { ...unit, tiers: unit.tiers.map(({ upTo, micros: price }) => ({ upTo, micros: price * factor })) }
}
