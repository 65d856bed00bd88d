import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCtx } from '../ctx'
import { db, processId, sql } from '@/lib/db'
import { asset, insertChannel, insertSeller, network } from '@/sandbox/testing/channel-rows-fixture'
import { commitCharge, releaseHolds, acceptVoucher, listenForCredit, type CreditRequest } from '.'

const unit = 1_000n
let seller: { merchantId: string; resourceId: string }

beforeAll(async () => {
  seller = await insertSeller()
})

function wanted(
  channelId: string,
  cumulativeBase: bigint | undefined,
  change: Partial<CreditRequest> = {},
): CreditRequest {
  return {
    channelId,
    voucher: cumulativeBase === undefined ? undefined : { cumulativeBase, signature: randomBytes(65) },
    amountBase: unit,
    minDeltaBase: 0n,
    vouchersPerSecond: null,
    channelMaxBase: null,
    payerMaxBase: null,
    ...change,
  }
}

const charge = (channelId: string, cumulativeBase: bigint, chargedBase = unit) =>
  commitCharge({
    channelId,
    ...seller,
    network,
    asset,
    requestId: randomUUID(),
    heldBase: unit,
    chargedBase,
    units: chargedBase / unit,
    voucher: { cumulativeBase, signature: randomBytes(65) },
    upstreamStatus: chargedBase > 0n ? 200 : undefined,
    failed: chargedBase === 0n,
  })

async function read(channelId: string) {
  const [row] = await db.query<{
    accepted: bigint
    spent: bigint
    reserved: bigint
    units: bigint
    held: bigint
    revenue: bigint
  }>(sql`
    SELECT accepted_base AS accepted, spent_base AS spent, reserved_base AS reserved, units,
      (SELECT coalesce(sum(amount_base), 0) FROM channel_hold WHERE channel_id = channel.id) AS held,
      (SELECT coalesce(sum(amount_base), 0) FROM transfer WHERE channel_id = channel.id AND reason = 'earn') AS revenue
    FROM channel WHERE id = ${channelId}`)
  return row
}

describe('a voucher and its delivery', () => {
  it('holds the amount, then charges it, in channel, voucher, ledger and audit', async () => {
    const id = await insertChannel(seller)
    expect(await acceptVoucher(wanted(id, unit))).toMatchObject({
      verdict: 'granted',
      acceptedBase: unit,
      spentBase: 0n,
    })
    expect(await read(id)).toMatchObject({ accepted: unit, spent: 0n, reserved: unit, held: unit, revenue: 0n })
    expect(await charge(id, unit)).toMatchObject({ acceptedBase: unit, spentBase: unit, units: 1n })
    expect(await read(id)).toMatchObject({ spent: unit, reserved: 0n, held: 0n, revenue: unit, units: 1n })
    const vouchers = await db.query(sql`SELECT charged_base, upstream_status FROM voucher WHERE channel_id = ${id}`)
    expect(vouchers).toEqual([{ chargedBase: unit, upstreamStatus: 200 }])
    const events = await db.query<{ type: string }>(sql`SELECT type FROM audit_event WHERE channel_id = ${id}`)
    expect(events).toEqual([{ type: 'channel.charged' }])
  })

  it('gives a failed delivery back and keeps the voucher', async () => {
    const id = await insertChannel(seller)
    await acceptVoucher(wanted(id, unit))
    await charge(id, unit, 0n)
    expect(await read(id)).toMatchObject({ accepted: unit, spent: 0n, reserved: 0n, revenue: 0n })
    expect(await acceptVoucher(wanted(id, unit))).toMatchObject({ verdict: 'granted' })
  })

  it('sells one unit once, however often its voucher comes at the same time', async () => {
    const id = await insertChannel(seller)
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => acceptVoucher(wanted(id, unit))))
    expect(verdicts.filter(({ verdict }) => verdict === 'granted')).toHaveLength(1)
    expect(verdicts.filter(({ verdict }) => verdict === 'insufficient')).toHaveLength(99)
  })

  it('sells ten units of credit to ten of a hundred, and vouchers in order to all', async () => {
    const ten = await insertChannel(seller)
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => acceptVoucher(wanted(ten, 10n * unit))))
    expect(verdicts.filter(({ verdict }) => verdict === 'granted')).toHaveLength(10)
    const all = await insertChannel(seller)
    const inOrder = await Promise.all(
      Array.from({ length: 100 }, (_, index) => acceptVoucher(wanted(all, BigInt(index + 1) * unit))),
    )
    expect(inOrder.every(({ verdict }) => verdict === 'granted')).toBe(true)
    expect(await read(all)).toMatchObject({ accepted: 100n * unit, reserved: 100n * unit, held: 100n * unit })
  })

  it('judges channels of a group each for itself', async () => {
    const [one, two] = [await insertChannel(seller), await insertChannel(seller)]
    const verdicts = await Promise.all([
      acceptVoucher(wanted(one, unit)),
      acceptVoucher(wanted(`0x${'0'.repeat(64)}`, unit)),
      acceptVoucher(wanted(two, 2_000_000n)),
      acceptVoucher(wanted(two, unit)),
    ])
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['granted', 'not-found', 'exceeds-deposit', 'granted'])
  })
})

describe('what a voucher must be', () => {
  it('is refused when it is lower, too high, too small a step, or for a channel that closes', async () => {
    const id = await insertChannel(seller)
    await acceptVoucher(wanted(id, 5n * unit))
    expect(await acceptVoucher(wanted(id, 4n * unit))).toMatchObject({ verdict: 'not-increasing' })
    expect(await acceptVoucher(wanted(id, 1_000_001n))).toMatchObject({ verdict: 'exceeds-deposit' })
    expect(await acceptVoucher(wanted(id, 5n * unit + 1n, { minDeltaBase: 2n }))).toMatchObject({
      verdict: 'delta-too-small',
    })
    await db.execute(sql`UPDATE channel SET close_requested_at = now() WHERE id = ${id}`)
    expect(await acceptVoucher(wanted(id, 6n * unit))).toMatchObject({ verdict: 'finalized' })
    expect(await read(id)).toMatchObject({ accepted: 5n * unit, reserved: unit })
  })

  it('is taken even where it does not cover the request, so that nothing signed is lost', async () => {
    const id = await insertChannel(seller)
    expect(await acceptVoucher(wanted(id, unit - 1n))).toMatchObject({
      verdict: 'insufficient',
      acceptedBase: unit - 1n,
    })
    expect(await read(id)).toMatchObject({ accepted: unit - 1n, reserved: 0n })
  })

  it('is held to a rate', async () => {
    const id = await insertChannel(seller)
    const verdicts: string[] = []
    for (let n = 1n; n <= 20n; n++) {
      const { verdict } = await acceptVoucher(wanted(id, n * unit, { vouchersPerSecond: 5, amountBase: 0n }))
      verdicts.push(verdict)
    }
    const granted = verdicts.filter((verdict) => verdict === 'granted').length
    expect(granted).toBeGreaterThanOrEqual(5)
    expect(granted).toBeLessThan(12)
    expect(verdicts.at(-1)).toBe('rate-limited')
  })

  it('is held to what may be unsettled, by channel and by payer', async () => {
    const payer = `0x${randomBytes(20).toString('hex')}` as const
    const [one, two] = [await insertChannel(seller, { payer }), await insertChannel(seller, { payer })]
    const limit = { channelMaxBase: 2n * unit }
    expect(await acceptVoucher(wanted(one, 9n * unit, limit))).toMatchObject({ verdict: 'granted' })
    expect(await acceptVoucher(wanted(one, 9n * unit, limit))).toMatchObject({ verdict: 'granted' })
    expect(await acceptVoucher(wanted(one, 9n * unit, limit))).toMatchObject({ verdict: 'limit-reached' })
    const both = { payerMaxBase: 3n * unit }
    const verdicts = await Promise.all([
      acceptVoucher(wanted(two, 9n * unit, both)),
      acceptVoucher(wanted(one, 9n * unit, both)),
      acceptVoucher(wanted(two, 9n * unit, both)),
    ])
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['granted', 'limit-reached', 'limit-reached'])
  })
})

describe('what a dead process held', () => {
  it('is given back, and its late charge is refused', async () => {
    const id = await insertChannel(seller)
    await acceptVoucher(wanted(id, unit))
    const dead = randomUUID()
    await db.execute(sql`UPDATE channel_hold SET owner_id = ${dead} WHERE channel_id = ${id}`)
    expect(await releaseHolds(createCtx({ kind: 'system', id: 'test' }))).toBe(1)
    expect(await read(id)).toMatchObject({ reserved: 0n, held: 0n, accepted: unit })
    await expect(charge(id, unit)).rejects.toMatchObject({ code: 'stale-state' })
    expect(await read(id)).toMatchObject({ spent: 0n, revenue: 0n })
  })

  it('does not keep the rest of its group from being charged', async () => {
    const [lost, kept] = [await insertChannel(seller), await insertChannel(seller)]
    await Promise.all([acceptVoucher(wanted(lost, unit)), acceptVoucher(wanted(kept, unit))])
    await db.execute(sql`UPDATE channel_hold SET amount_base = 0 WHERE channel_id = ${lost}`)
    const [gone, charged] = await Promise.allSettled([charge(lost, unit), charge(kept, unit)])
    expect(gone).toMatchObject({ status: 'rejected' })
    expect(charged).toMatchObject({ status: 'fulfilled', value: { spentBase: unit } })
    expect(processId).not.toBe('')
  })
})

describe('a write that fails', () => {
  it('leaves its hold for as long as others are served, and then gives it back', async () => {
    const id = await insertChannel(seller)
    await acceptVoucher(wanted(id, 3n * unit))
    await acceptVoucher(wanted(id, undefined))
    const broken = commitCharge({
      channelId: id,
      ...seller,
      resourceId: 'no uuid',
      network,
      asset,
      requestId: randomUUID(),
      heldBase: unit,
      chargedBase: unit,
      units: 1n,
      failed: false,
    })
    await expect(broken).rejects.toThrow('invalid input syntax')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(await read(id)).toMatchObject({ spent: 0n, reserved: 2n * unit, held: 2n * unit })
    await charge(id, 3n * unit)
    await expect.poll(() => read(id)).toMatchObject({ spent: unit, reserved: 0n, held: 0n })
  })
})

describe('a stream that waits for credit', () => {
  it('is woken by the voucher', async () => {
    const id = await insertChannel(seller)
    // The timeout is longer than any test.
    const { come } = await listenForCredit(id, 3_600_000)
    await acceptVoucher(wanted(id, unit, { amountBase: 0n }))
    await expect(come).resolves.toBeUndefined()
  })
})
