import { beforeAll, describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { PricePlan } from '@/lib/pricing'
import { insertChannel, insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { replayPrices } from '.'

const payments = 100_000
const payers = 40
const days = 30
// A Monday.
const fromMs = Date.UTC(2026, 9, 5)
const range = { fromMs, toMs: fromMs + days * 86_400_000 }
const everything = { fromMs: 0, toMs: range.toMs + 86_400_000 }
let seller: { merchantId: string; resourceId: string }
const reader = () => ({ operator: false, merchantId: seller.merchantId })

const addressOf = (n: number) => `0x${(n % payers).toString(16).padStart(40, '0')}`
const atOf = (n: number) => fromMs + (n * days * 86_400_000) / payments
const sum = (of: (n: number) => number, among: (n: number) => boolean = () => true) => {
  let total = 0
  for (let n = 0; n < payments; n++) if (among(n)) total += of(n)
  return BigInt(total)
}

beforeAll(async () => {
  seller = await insertSeller()
  await insertSold(seller, { payments, fromMs, days, payers })
})

describe('a replay over a hundred thousand payments', () => {
  it('of a fixed price is exact, by day and by payer', async () => {
    const replay = await replayPrices(reader(), seller.resourceId, PricePlan.fixed(10_003n), range)
    expect(replay).toMatchObject({ calls: payments, known: payments, unknown: { calls: 0, missing: [] }, freeCalls: 0 })
    expect(replay.thenMicros).toBe(sum((n) => 10_000 + (n % 7)))
    expect(replay.nowMicros).toBe(10_003n * BigInt(payments))
    expect(BigInt(replay.dearer)).toBe(
      sum(
        () => 1,
        (n) => n % 7 < 3,
      ),
    )
    expect(BigInt(replay.cheaper)).toBe(
      sum(
        () => 1,
        (n) => n % 7 > 3,
      ),
    )
    expect(replay.days).toHaveLength(days)
    expect(replay.days.reduce((all, { thenMicros }) => all + thenMicros, 0n)).toBe(replay.thenMicros)
    expect(replay.days[3]).toMatchObject({ day: '2026-10-08', nowMicros: 10_003n * BigInt(replay.days[3]?.calls ?? 0) })
    const [most] = replay.payers
    const index = Number.parseInt(most?.payer.slice(2) ?? '', 16)
    expect(most?.thenMicros).toBe(
      sum(
        (n) => 10_000 + (n % 7),
        (n) => n % payers === index,
      ),
    )
  })

  it('knows hours, discounts and free calls, each at its moment', async () => {
    const weekend = { days: [6, 7], from: 0, to: 0, timeZone: 'UTC', percent: 50 }
    const draft: PricePlan.PricePlan = {
      ...PricePlan.fixed(10_000n),
      windows: [weekend],
      discounts: [{ wallet: addressOf(1), percent: 20 }],
      freePerDay: 5,
    }
    const seen = new Map<string, number>()
    let free = 0
    const expected = sum((n) => {
      const day = Math.floor(atOf(n) / 86_400_000)
      const key = `${day} ${n % payers}`
      const used = seen.get(key) ?? 0
      seen.set(key, used + 1)
      if (used < 5) {
        free++
        return 0
      }
      const isWeekend = new Date(atOf(n)).getUTCDay() % 6 === 0
      return 10_000 * (isWeekend ? 0.5 : 1) * (n % payers === 1 ? 0.8 : 1)
    })
    const replay = await replayPrices(reader(), seller.resourceId, draft, range)
    expect(replay.nowMicros).toBe(expected)
    expect(replay.free).toBe(free)
    expect(free).toBe(days * payers * 5)
  })

  it('counts units where they were kept, and names where they were not', async () => {
    const draft: PricePlan.PricePlan = {
      ...PricePlan.fixed(5_000n),
      unit: {
        count: { of: 'response-bytes' },
        name: 'byte',
        per: 1n,
        tiers: [
          { upTo: 1_500n, micros: 5n },
          { upTo: null, micros: 1n },
        ],
      },
      maxMicros: 12_700n,
    }
    const replay = await replayPrices(reader(), seller.resourceId, draft, range)
    const kept = (n: number) => n % 10 > 0
    expect(replay.nowMicros).toBe(
      sum((n) => {
        const bytes = 1_000 + (n % 900)
        return Math.min(12_700, 5_000 + Math.min(bytes, 1_500) * 5 + Math.max(0, bytes - 1_500))
      }, kept),
    )
    expect(replay.thenMicros).toBe(sum((n) => 10_000 + (n % 7), kept))
    expect(replay).toMatchObject({
      known: payments * 0.9,
      unknown: {
        calls: payments / 10,
        thenMicros: sum(
          (n) => 10_000 + (n % 7),
          (n) => !kept(n),
        ),
        missing: [{ what: expect.stringContaining('bytes of the answer'), calls: payments / 10 }],
      },
    })
  })

  it('asks for the most where a query does not say how many', async () => {
    const unit = {
      count: { of: 'query' as const, at: 'limit' },
      name: 'row',
      per: 1n,
      tiers: [{ upTo: null, micros: 100n }],
    }
    const draft = { ...PricePlan.fixed(0n), unit, maxMicros: 50_000n }
    const replay = await replayPrices(reader(), seller.resourceId, draft, range)
    expect(replay.nowMicros).toBe(sum((n) => (n % 3 === 0 ? (n % 20) * 100 : 50_000)))
  })
})

describe('a replay', () => {
  it('counts what vouchers bought, call by call, and keeps to its time', async () => {
    const other = await insertSeller()
    const channelId = await insertChannel(other)
    for (const [cumulative, charged, units] of [
      [1_000, 1_000, 1],
      [4_000, 3_000, 3],
      [5_000, 0, 0],
    ] as const)
      await db.execute(sql`
        INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units, resource_id, at)
        VALUES (${channelId}, ${cumulative}, '\\x00', ${charged}, ${units}, ${other.resourceId}::uuid, ${new Date(fromMs)})`)
    const own = { operator: false, merchantId: other.merchantId }
    const draft = { ...PricePlan.fixed(1_500n), freePerDay: 2 }
    expect(await replayPrices(own, other.resourceId, draft, everything)).toMatchObject({
      calls: 4,
      thenMicros: 4_000n,
      nowMicros: 3_000n,
    })
    const unit = {
      count: { of: 'response-bytes' as const },
      name: 'byte',
      per: 1n,
      tiers: [{ upTo: null, micros: 1n }],
    }
    expect(
      await replayPrices(own, other.resourceId, { ...PricePlan.fixed(0n), unit, maxMicros: 9n }, everything),
    ).toMatchObject({ known: 0, unknown: { calls: 4, thenMicros: 4_000n } })
    const before = { fromMs: 0, toMs: fromMs }
    expect(await replayPrices(own, other.resourceId, draft, before)).toMatchObject({ calls: 0, days: [], payers: [] })
  })

  it('is its merchant’s only', async () => {
    const stranger = { operator: false, merchantId: '11111111-1111-4111-8111-111111111111' }
    const foreign = replayPrices(stranger, seller.resourceId, PricePlan.fixed(1n), range)
    await expect(foreign).rejects.toMatchObject({ code: 'not-found' })
  })
})
