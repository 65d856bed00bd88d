import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertChannel, insertSeller, network } from '../../sandbox/testing/channel-rows-fixture'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { commitCharge } from './commit-charge'
import { findDue } from './find-due'
import { findExposed } from './find-exposed'
import { findClosing } from './find-closing'
import { closeSettlementTermsCache } from './close-settlement-terms-cache'
import { pauseChannels } from './pause-channels'
import { defaults, type SettlementSchedule as Rules } from './SettlementTerms'
import * as SettlementTermsDraft from './SettlementTermsDraft'
import { releaseHolds } from './release-holds'
import { acceptVoucher } from './accept-voucher'
import { rescheduleChannels } from './reschedule-channels'
import { postponeChannels } from './postpone-channels'
import { applyEditedTerms } from './apply-edited-terms'
import * as Schedule from './Schedule'
import { updateSettlementTerms } from './update-settlement-terms'

const ctx = createCtx({ kind: 'system', id: 'test' })
type Seller = Awaited<ReturnType<typeof insertSeller>>
let seller: Seller

beforeAll(async () => {
  seller = await insertSeller()
})
afterAll(async () => {
  await closeSettlementTermsCache()
  await endHeartbeat()
})

const idsOf = (found: readonly { id: string }[]) => found.map(({ id }) => id)
const dueIds = async () => idsOf(await findDue(network))

async function insertPolicy(merchantId: string, schedule: Partial<Rules>): Promise<void> {
  const rules = { ...defaults.schedule, ...schedule }
  await db.execute(sql`
    INSERT INTO channel_policy (merchant_id, network, settle_units, settle_amount_micros, settle_interval_ms, settle_exposure_micros,
      idle_close_ms, excess_max_micros, min_deposit_micros, min_delta_micros)
    VALUES (${merchantId}::uuid, ${network}, ${rules.units}, ${rules.amountMicros}, ${rules.intervalMs}, ${rules.exposureMicros},
      ${rules.idleCloseMs}, 0, 0, 0)`)
}

async function charge(
  channelId: string,
  { merchantId, resourceId }: Seller,
  cumulativeBase: bigint,
  amountBase: bigint,
) {
  const voucher = { cumulativeBase, signature: Buffer.alloc(65, 1) }
  const none = { minDeltaBase: 0n, vouchersPerSecond: null, channelMaxBase: null, payerMaxBase: null }
  const { verdict } = await acceptVoucher({ channelId, voucher, amountBase, ...none })
  expect(verdict).toBe('granted')
  const about = {
    channelId,
    merchantId,
    resourceId,
    network,
    asset: '0x20c0000000000000000000000000000000000000',
  } as const
  await commitCharge({
    ...about,
    requestId: randomUUID(),
    heldBase: amountBase,
    chargedBase: amountBase,
    units: 1n,
    voucher,
    failed: false,
  })
}

async function exposureOf(merchantId: string): Promise<{ counted: bigint; summed: bigint }> {
  const [row] = await db.query<{ counted: bigint; summed: bigint }>(sql`
    SELECT (SELECT coalesce(sum(micros), 0) FROM channel_exposure WHERE merchant_id = ${merchantId}::uuid) AS counted,
      (SELECT coalesce(sum(greatest(spent_base - settled_base, 0)), 0) FROM channel
       WHERE merchant_id = ${merchantId}::uuid AND status IN ('open', 'closing')) AS summed`)
  return row!
}

describe('the instant that the database foresees', () => {
  const minute = 60_000
  const maybe = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: null })
  const schedules = fc.record({
    units: maybe(fc.integer({ min: 1, max: 20 })),
    amountMicros: maybe(fc.bigInt({ min: 1n, max: 2_000n })),
    intervalMs: maybe(fc.integer({ min: 1, max: 90 }).map((minutes) => minutes * minute)),
    idleCloseMs: maybe(fc.integer({ min: 1, max: 90 }).map((minutes) => minutes * minute)),
  })
  const channels = fc.record({
    units: fc.bigInt({ min: 0n, max: 30n }),
    spentBase: fc.bigInt({ min: 0n, max: 3_000n }),
    settledBase: fc.bigInt({ min: 0n, max: 3_000n }),
    decimals: fc.constantFrom(4, 6, 8),
    openedAgo: fc.integer({ min: 0, max: 100 }),
    quietFor: maybe(fc.integer({ min: 0, max: 100 })),
    settledAgo: maybe(fc.integer({ min: 0, max: 100 })),
    isCloseRequested: fc.boolean(),
  })

  it('is the one at which the schedule says that the channel is due, for every schedule', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, channels, async (schedule, channel) => {
        const own = await insertSeller()
        await insertPolicy(own.merchantId, schedule)
        const id = await insertChannel(own)
        const ago = (minutes: number | null) =>
          minutes === null
            ? sql`NULL::timestamptz`
            : sql`${new Date(Date.UTC(2026, 0, 1) - minutes * minute)}::timestamptz`
        const [row] = await db.query<{ at: Date | null; amountMicros: bigint }>(sql`
          UPDATE channel c SET accepted_base = ${channel.spentBase}, accepted_signature = '\\x00', spent_base = ${channel.spentBase},
            settled_base = ${channel.settledBase}, units = ${channel.units}, decimals = ${channel.decimals},
            opened_at = ${ago(channel.openedAgo)}, last_voucher_at = ${ago(channel.quietFor)},
            last_settled_at = ${ago(channel.settledAgo)},
            close_requested_at = ${channel.isCloseRequested ? ago(5) : ago(null)}
          WHERE id = ${id} RETURNING next_due_at AS at, channel_risk(status, spent_base, settled_base, decimals) AS "amountMicros"`)
        const instant = (minutes: number) => Date.UTC(2026, 0, 1) - minutes * minute
        const facts: Schedule.ScheduleFacts = {
          units: channel.units,
          amountMicros: row!.amountMicros,
          sinceMs: instant(channel.settledAgo ?? channel.openedAgo),
          exposureMicros: 0n,
          lastVoucherMs: instant(channel.quietFor ?? channel.openedAgo),
          isCloseRequested: channel.isCloseRequested,
        }
        const rules = { ...defaults.schedule, ...schedule, exposureMicros: null }
        const isDueAt = (ms: number) => Schedule.dueBy(rules, facts, ms) !== undefined
        expect(isDueAt(Date.UTC(2100, 0, 1))).toBe(row!.at !== null)
        if (row!.at === null) return
        expect(isDueAt(row!.at.getTime())).toBe(true)
        // Where only time has to pass: not a millisecond earlier.
        const isByTime = !isDueAt(instant(1_000))
        if (isByTime) expect(isDueAt(row!.at.getTime() - 1)).toBe(false)
      }),
      { numRuns: 80 },
    )
    await db.execute(sql`UPDATE channel SET status = 'closed'`)
  })

  it('holds the defaults where a merchant has no policy', async () => {
    const id = await insertChannel(seller)
    const interval = defaults.schedule.intervalMs! / 1000
    const at = async () => {
      const [row] = await db.query<{ seconds: number }>(
        sql`SELECT extract(epoch FROM channel_due_at(c) - opened_at)::float8 AS seconds FROM channel c WHERE id = ${id}`,
      )
      return row!.seconds
    }
    expect(await at()).toBe(defaults.schedule.idleCloseMs! / 1000)
    await charge(id, seller, 10_000n, 10_000n)
    expect(await at()).toBe(interval)
    const amount = Number(defaults.schedule.amountMicros)
    await charge(id, seller, BigInt(amount) - 1n, BigInt(amount) - 10_001n)
    expect(await at()).toBe(interval)
    await charge(id, seller, BigInt(amount), 1n)
    expect(await at()).toBe(0)
    await db.execute(sql`UPDATE channel SET settled_base = spent_base, last_settled_at = now() WHERE id = ${id}`)
  })
})

describe('due channels', () => {
  it('are found once their charge makes them due, and not before', async () => {
    const own = await insertSeller()
    await insertPolicy(own.merchantId, { units: 2 })
    const id = await insertChannel(own)
    await charge(id, own, 1_000n, 1_000n)
    expect(await dueIds()).not.toContain(id)
    await charge(id, own, 2_000n, 1_000n)
    expect(await dueIds()).toContain(id)
  })

  it('that were looked at too early are scheduled for their time', async () => {
    const id = await insertChannel(seller)
    await db.execute(sql`UPDATE channel SET next_due_at = now() - interval '1 second' WHERE id = ${id}`)
    expect(await dueIds()).toContain(id)
    await rescheduleChannels([id])
    expect(await dueIds()).not.toContain(id)
  })

  it('follow an edited policy, a slice at a time', async () => {
    const own = await insertSeller()
    const ids = [await insertChannel(own), await insertChannel(own)]
    for (const id of ids) await charge(id, own, 5_000n, 5_000n)
    expect((await dueIds()).filter((id) => ids.includes(id as never))).toEqual([])
    const key = { merchantId: own.merchantId, network }
    await db.execute(sql`
      INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${own.resourceId}::uuid, ${network}, ${`0x${'1'.repeat(40)}`})`)
    const owner = {
      address: `0x${'2'.repeat(40)}`,
      merchantId: own.merchantId,
      operator: false,
      role: 'owner' as const,
    }
    await updateSettlementTerms(ctx, owner, key, 0, { ...SettlementTermsDraft.from(defaults), amount: '0.005' })
    await applyEditedTerms(performance.now() + 5_000)
    expect((await dueIds()).filter((id) => ids.includes(id as never)).toSorted()).toEqual(ids.toSorted())
    const [policy] = await db.query<{ after: string | null }>(
      sql`SELECT reschedule_after AS after FROM channel_policy WHERE merchant_id = ${own.merchantId}::uuid`,
    )
    expect(policy).toEqual({ after: null })
  })

  it('of a merchant come together once all of them hold too much', async () => {
    const own = await insertSeller()
    await insertPolicy(own.merchantId, { amountMicros: null, exposureMicros: 30_000n })
    const ids = [await insertChannel(own), await insertChannel(own), await insertChannel(own)]
    for (const id of ids.slice(0, 2)) await charge(id, own, 14_000n, 14_000n)
    const found = async () =>
      idsOf((await findExposed(network)).filter(({ merchantId }) => merchantId === own.merchantId))
    expect(await found()).toEqual([])
    await charge(ids[0]!, own, 16_000n, 2_000n)
    expect(await found()).toEqual(ids.slice(0, 2))
  })

  it('are reached in one look behind ten thousand that cannot be settled', async () => {
    const own = await insertSeller()
    await db.execute(sql`
      INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer,
        descriptor, status, deposit_base, accepted_base, accepted_signature, spent_base, units, open_transaction_id, opened_at, tries,
        close_requested_at, close_deadline_at)
      SELECT '0x' || md5('stuck' || n) || md5('also' || n), ${own.merchantId}::uuid, ${own.resourceId}::uuid, 'mpp', 'w', ${network}, '0xe', '0xa',
        '0xp', '0xp', '0xo', '0xs', '{}', 'open', 1000, 10, '\\x00', 10, 1, gen_random_uuid(), now() - interval '2 hours', 3,
        CASE WHEN n % 2 = 0 THEN now() - interval '14 minutes' END, CASE WHEN n % 2 = 0 THEN now() + interval '1 minute' END
      FROM generate_series(1, 10000) n`)
    const [due, closing] = [await insertChannel(seller), await insertChannel(seller)]
    for (const id of [due, closing]) await charge(id, seller, 10_000n, 10_000n)
    await db.execute(sql`UPDATE channel SET opened_at = now() - interval '90 minutes' WHERE id = ${due}`)
    await db.execute(sql`
      UPDATE channel SET close_requested_at = now(), close_deadline_at = now() + interval '15 minutes' WHERE id = ${closing}`)
    expect((await dueIds()).slice(0, 10)).toContain(due)
    expect(idsOf(await findClosing(network))[0]).toBe(closing)
    await db.execute(sql`UPDATE channel SET status = 'closed' WHERE merchant_id = ${own.merchantId}::uuid`)
  })

  it('that are parked or put off come back later each time', async () => {
    const id = await insertChannel(seller)
    const seconds = async () => {
      const [row] = await db.query<{ seconds: number }>(
        sql`SELECT extract(epoch FROM next_due_at - now())::float8 AS seconds FROM channel WHERE id = ${id}`,
      )
      return row!.seconds
    }
    await db.execute(sql`UPDATE channel SET close_requested_at = now() WHERE id = ${id}`)
    for (const least of [9, 19, 39, 79, 79]) {
      await pauseChannels(ctx, [{ channelId: id, reason: 'no voucher' }], 10_000)
      expect(await seconds()).toBeGreaterThan(least)
      expect(await seconds()).toBeLessThan(121)
    }
    await postponeChannels([id], 8_000)
    expect(await seconds()).toBeGreaterThan(7)
    expect(await seconds()).toBeLessThan(13)
  })
})

describe('the exposure of a merchant', () => {
  it('is the sum over its channels after charges, settlements, reorganisations and closings of many at once', async () => {
    const own = await insertSeller()
    const ids = await Promise.all(Array.from({ length: 8 }, () => insertChannel(own)))
    await Promise.all(ids.map((id, at) => charge(id, own, BigInt(at + 1) * 1_000n, BigInt(at + 1) * 1_000n)))
    expect(await exposureOf(own.merchantId)).toEqual({ counted: 36_000n, summed: 36_000n })
    await Promise.all([
      db.execute(sql`UPDATE channel SET settled_base = 2500 WHERE id = ANY(${ids.slice(0, 4)}::text[])`),
      db.execute(sql`UPDATE channel SET status = 'closed' WHERE id = ${ids[7]}`),
      ...ids.slice(4, 7).map((id) => charge(id, own, 9_000n, 1_000n)),
    ])
    await db.execute(sql`UPDATE channel SET settled_base = 100, status = 'closing' WHERE id = ${ids[3]}`)
    await db.execute(sql`UPDATE channel SET status = 'opening' WHERE id = ${ids[4]}`)
    const { counted, summed } = await exposureOf(own.merchantId)
    expect(counted).toBe(summed)
    expect(counted).toBe(500n + 3_900n + 7_000n + 8_000n)
  })
})

describe('a hold', () => {
  it('is deleted when nothing is held, and one of a dead process is found among many of living ones', async () => {
    const id = await insertChannel(seller)
    await charge(id, seller, 1_000n, 1_000n)
    expect(await db.query(sql`SELECT 1 FROM channel_hold WHERE channel_id = ${id}`)).toEqual([])
    const [alive, dead] = [randomUUID(), randomUUID()]
    await db.execute(sql`INSERT INTO process (id, beat_at) VALUES (${alive}::uuid, now() + interval '1 hour')`)
    await db.execute(sql`
      INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer,
        descriptor, status, deposit_base, accepted_base, accepted_signature, reserved_base, open_transaction_id, opened_at)
      SELECT 'held-' || n, ${seller.merchantId}::uuid, ${seller.resourceId}::uuid, 'mpp', 'w', ${network}, '0xe', '0xa', '0xp', '0xp', '0xo',
        '0xs', '{}', 'open', 1000, 10, '\\x00', 10, gen_random_uuid(), now() FROM generate_series(1, 3000) n`)
    await db.execute(sql`
      INSERT INTO channel_hold (channel_id, owner_id, amount_base)
      SELECT id, CASE WHEN id = 'held-1500' THEN ${dead}::uuid ELSE ${alive}::uuid END, 10 FROM channel WHERE id LIKE 'held-%'`)
    expect(await releaseHolds(ctx)).toBe(1)
    const [freed] = await db.query<{ left: bigint }>(
      sql`SELECT reserved_base AS left FROM channel WHERE id = 'held-1500'`,
    )
    expect(freed).toEqual({ left: 0n })
  })
})
