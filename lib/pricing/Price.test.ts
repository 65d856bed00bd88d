import { describe, expect, it } from 'vitest'
import { Clock, PricePlan, PricePlanDraft, Price } from '.'

const wallet = '0x15d34aaf54267db7d7c367839aaf71a00a2c6a65'
const noon = Date.UTC(2026, 10, 22, 12)

const tokens: PricePlan.PricePlan = {
  ...PricePlan.fixed(2_000n),
  unit: {
    count: { of: 'response-number', at: '/usage/total_tokens' },
    name: 'token',
    per: 1_000n,
    tiers: [
      { upTo: 1_000n, micros: 10_000n },
      { upTo: 10_000n, micros: 5_000n },
      { upTo: null, micros: 1_000n },
    ],
  },
  maxMicros: 100_000n,
}

const priceOf = (policy: PricePlan.PricePlan, facts: Partial<Price.CallFacts> = {}) =>
  Price.of(policy, { atMs: noon, ...facts })

describe('a price', () => {
  it('of a fixed policy is its base, for every payer', () => {
    expect(priceOf(PricePlan.fixed(10_000n), { wallet })).toMatchObject({
      micros: 10_000n,
      maxMicros: 10_000n,
      metered: false,
    })
  })

  it.each([
    [0n, 2_000n],
    [1n, 2_010n],
    [1_000n, 12_000n],
    [1_001n, 12_005n],
    [10_000n, 57_000n],
    [12_000n, 59_000n],
    [1_000_000n, 100_000n],
  ])('of %s units climbs the tiers one by one', (units, micros) => {
    expect(priceOf(tokens, { units })).toMatchObject({ micros, maxMicros: 100_000n, metered: true })
  })

  it('is the most that it may be while the units are not known', () => {
    expect(priceOf(tokens)).toMatchObject({ micros: 100_000n, maxMicros: 100_000n, metered: true })
    const inRequest = { ...tokens, unit: { ...tokens.unit!, count: { of: 'query' as const, at: 'limit' } } }
    expect(priceOf(inRequest)).toMatchObject({ micros: 100_000n, metered: false })
    expect(priceOf(inRequest, { units: 1_000n })).toMatchObject({ micros: 12_000n, maxMicros: 12_000n })
  })

  it('is rounded up once, so that nothing above nothing becomes free', () => {
    const tiny = { ...PricePlan.fixed(1n), discounts: [{ wallet, percent: 50 }] }
    expect(priceOf(tiny, { wallet }).micros).toBe(1n)
    expect(priceOf({ ...tiny, discounts: [{ wallet, percent: 100 }] }, { wallet }).micros).toBe(0n)
  })

  it('holds the least and the most after window and discount, and leaves free what is free', () => {
    const night = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 0, timeZone: 'UTC', percent: 300 }
    const bound = { ...PricePlan.fixed(1_000n), minMicros: 900n, maxMicros: 2_000n }
    expect(priceOf({ ...bound, windows: [night] }).micros).toBe(2_000n)
    expect(priceOf({ ...bound, windows: [{ ...night, percent: 10 }] }).micros).toBe(900n)
    expect(priceOf({ ...bound, windows: [{ ...night, percent: 0 }] }).micros).toBe(0n)
  })

  it('is nothing within the free quota, and only there', () => {
    const quota = { ...PricePlan.fixed(1_000n), freePerDay: 10 }
    expect(priceOf(quota, { wallet, freeUsed: 9 }).micros).toBe(0n)
    expect(priceOf(quota, { wallet, freeUsed: 10 }).micros).toBe(1_000n)
    expect(priceOf(quota, { freeUsed: 0 }).micros).toBe(1_000n)
    expect(priceOf(quota, { wallet }).micros).toBe(1_000n)
  })

  it('says how it came about', () => {
    const policy = { ...tokens, discounts: [{ wallet, percent: 20 }], minMicros: 50_000n }
    expect(priceOf(policy, { wallet, units: 1_200n }).reasons.map(Price.inWords)).toEqual([
      'Every call: $0.002',
      '1,000 tokens at $0.01 for 1,000',
      '200 tokens at $0.005 for 1,000',
      'This agent: 20 % less',
      'A call costs at least $0.05',
    ])
  })
})

describe('a charge', () => {
  it('is by the window and the discount of the quote, and never more than it', () => {
    expect(Price.charge(tokens, { priceMicros: 100_000n, scale: 5_000 }, 1_000n)).toBe(6_000n)
    expect(Price.charge(tokens, { priceMicros: 5_000n, scale: 10_000 }, 1_000n)).toBe(5_000n)
    expect(Price.charge(tokens, { priceMicros: 100_000n, scale: 10_000 }, undefined)).toBe(2_000n)
  })
})

describe('a window', () => {
  const night = { days: [5], from: 22 * 60, to: 6 * 60, timeZone: 'Europe/Berlin', percent: 50 }
  const policy = { ...PricePlan.fixed(1_000n), windows: [night] }

  it.each([
    // Friday 20 November 2026; Berlin is an hour ahead of UTC.
    ['2026-11-20T20:59:59Z', 1_000n],
    ['2026-11-20T21:00:00Z', 500n],
    ['2026-11-21T04:59:59Z', 500n],
    ['2026-11-21T05:00:00Z', 1_000n],
    // A Saturday night is no Friday night.
    ['2026-11-21T22:00:00Z', 1_000n],
    // In summer Berlin is two hours ahead.
    ['2026-07-17T20:00:00Z', 500n],
  ])('that begins on Friday night, at %s: %s', (at, micros) => {
    expect(Price.of(policy, { atMs: Date.parse(at) }).micros).toBe(micros)
  })

  it('follows the clock over a change of time', () => {
    // 25 October 2026, 03:00 -> 02:00.
    expect(Clock.read('Europe/Berlin', Date.parse('2026-10-25T00:59:00Z'))).toEqual({ day: 7, minute: 179 })
    expect(Clock.read('Europe/Berlin', Date.parse('2026-10-25T01:00:00Z'))).toEqual({ day: 7, minute: 120 })
    expect(Clock.read('Asia/Kathmandu', Date.parse('1969-12-31T23:59:00Z'))).toEqual({ day: 4, minute: 329 })
  })
})

describe('what a merchant types', () => {
  const typed = {
    unit: {
      count: { of: 'response-number' as const, at: '/usage/total_tokens' },
      name: 'token',
      per: '1000',
      tiers: [
        { upTo: '1000', price: '0.01' },
        { upTo: '', price: '0.005' },
      ],
    },
    maxCharge: '0.1',
    windows: [{ days: [6, 7], from: '00:00', to: '00:00', timeZone: 'UTC', percent: '50' }],
    discounts: [{ wallet: '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65', percent: '10' }],
  }

  it('becomes a policy that reads the same from the database', () => {
    const policy = PricePlanDraft.toPolicy(2_000n, PricePlanDraft.Schema.parse(typed))
    expect(policy.discounts[0]?.wallet).toBe(wallet)
    expect(PricePlanDraft.faults(policy)).toEqual([])
    const stored: unknown = JSON.parse(
      JSON.stringify(policy, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    )
    expect(PricePlan.parse(stored)).toEqual(policy)
    expect(PricePlan.inWords(policy)).toEqual([
      '$0.002 a call',
      '$0.01 for 1,000 tokens up to 1,000 (a number in the answer’s JSON body, /usage/total_tokens)',
      '$0.005 for 1,000 tokens from 1,001 on',
      'at most $0.10 a call',
      '50 % of the price Sat, Sun, all day (UTC)',
      `10 % less for ${wallet}`,
    ])
  })

  it('is told apart from another, part by part', () => {
    const policy = PricePlanDraft.toPolicy(2_000n, PricePlanDraft.Schema.parse(typed))
    expect(PricePlan.compare(policy, policy)).toEqual([])
    const other = { ...policy, baseMicros: 3_000n, maxMicros: null, freePerDay: 5 }
    expect(PricePlan.compare(policy, other)).toEqual([
      { from: '$0.002 a call', to: '$0.003 a call' },
      { from: 'at most $0.10 a call' },
      { to: '5 free a day (UTC) for a wallet that signs in' },
    ])
  })

  it('is refused where it makes no sense', () => {
    const pathsOf = (input: unknown) =>
      PricePlanDraft.Schema.safeParse(input).error?.issues.map(({ path }) => path.join('.')) ?? []
    const { unit } = typed
    expect(pathsOf({ ...typed, unit: { ...unit, tiers: unit.tiers.toReversed() } })).toEqual([
      'unit.tiers.0.upTo',
      'unit.tiers.1.upTo',
    ])
    expect(pathsOf({ ...typed, unit: { ...unit, count: { of: 'response-number', at: 'usage' } } })).toEqual([
      'unit.count.at',
    ])
    const window = typed.windows[0]!
    expect(pathsOf({ windows: [{ ...window, timeZone: 'Mars/Olympus' }] })).toEqual(['windows.0.timeZone'])
    expect(pathsOf({ windows: [{ ...window, timeZone: '+01:00' }] })).toEqual(['windows.0.timeZone'])
    expect(pathsOf({ windows: [{ ...window, from: '24:00' }] })).toEqual(['windows.0.from'])
    const twice = [...typed.discounts, ...typed.discounts]
    const policy = PricePlanDraft.toPolicy(
      2_000n,
      PricePlanDraft.Schema.parse({ ...typed, maxCharge: '', discounts: twice }),
    )
    expect(PricePlanDraft.faults(policy).map(({ path }) => path.join('.'))).toEqual(['maxCharge', 'discounts.1.wallet'])
  })
})
