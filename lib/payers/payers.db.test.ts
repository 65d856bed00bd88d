import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import { Page } from '@/lib/paging'
import { listSpending, replayPrices, summarizePayments } from '@/lib/payments'
import { PricePlan } from '@/lib/pricing'
import { asset as pathUsd, insertChannel, insertSeller, network as tempo } from '@/sandbox/testing/channel-rows-fixture'
import { evmNetwork, usdc } from '@/sandbox/evm'
import { createCtx } from '../ctx'
import {
  assertAdmitted,
  closePayerCache,
  exportReceipts,
  getPayer,
  listPayers,
  Payer,
  setGate,
  setNote,
  summarizeSpend,
} from '.'

const owner = `0x${'0'.repeat(39)}1`
const ctx = createCtx({ kind: 'member', id: owner })
const wallet = (digit: string) => `0x${digit.repeat(40)}` as const
const solanaWallet = '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU'
const [alice, bob, carol] = [wallet('a'), wallet('b'), wallet('c')]
const unknownToken = wallet('d')
type Seller = { merchantId: string; resourceId: string }
let [one, two] = [{} as Seller, {} as Seller]
const scopeOf = ({ merchantId }: Seller, role: 'owner' | 'viewer' = 'owner'): MemberScope.MemberScope => ({
  operator: false,
  role,
  address: owner,
  merchantId,
})

type Row = {
  payer: string
  base: bigint
  status?: string
  asset?: string
  name?: string
  facilitated?: boolean
  daysAgo?: number
}

async function insertPayment({ merchantId, resourceId }: Seller, row: Row): Promise<void> {
  const {
    payer,
    base,
    status = 'delivered',
    asset = usdc.toLowerCase(),
    name = '',
    facilitated = false,
    daysAgo = 0,
  } = row
  await db.execute(sql`
    INSERT INTO payment (id, origin, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to,
      amount_base, claim_key, fingerprint, request, quote_id, quoted_at, settle_when, status, challenge, credential, instrument,
      receipt, created_at)
    VALUES (${randomUUID()}, ${facilitated ? 'facilitator' : 'gateway'}, ${merchantId}, ${facilitated ? null : resourceId}, 'x402',
      'exact', 'x402 v2', ${evmNetwork}, ${asset}, ${payer}, ${wallet('9')}, ${base}, ${randomUUID()}, '\\x00',
      ${JSON.stringify({ method: 'GET', host: 'h', path: '/x', query: name })}, 'q', now(), 'after', ${status}::payment_status, '{}', '{}',
      '{}', ${JSON.stringify([['PAYMENT-RESPONSE', 'eyJ9']])}, now() - make_interval(days => ${daysAgo}::int))`)
}

beforeAll(async () => {
  ;[one, two] = [await insertSeller(), await insertSeller()]
  for (const status of ['delivered', 'delivered', 'voided', 'refunded', 'refund_due', 'authorized'])
    await insertPayment(one, { payer: alice, base: 10_001n, status })
  await insertPayment(one, { payer: alice, base: 7n, asset: unknownToken })
  await insertPayment(two, { payer: alice, base: 500_000n, daysAgo: 3, name: '=1+1' })
  await insertPayment(one, { payer: alice, base: 999n, facilitated: true })
  await insertPayment(one, { payer: bob, base: 2_000_000n, daysAgo: 40 })
  await insertPayment(one, { payer: solanaWallet, base: 1n })
  const channel = await insertChannel(one, { payer: alice })
  await db.execute(sql`
    UPDATE channel SET accepted_base = 5000, accepted_signature = decode(repeat('00', 65), 'hex'), spent_base = 3000, units = 3, vouchers = 4, last_voucher_at = now() WHERE id = ${channel}`)
  await db.execute(sql`
    INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units, failures, resource_id)
    VALUES (${channel}, 1000, '\\x', 1000, 1, 0, ${one.resourceId}), (${channel}, 3000, '\\x', 2000, 2, 0, NULL),
      (${channel}, 5000, '\\x', 0, 0, 1, ${one.resourceId})`)
})
afterAll(closePayerCache)

describe('a merchant', () => {
  it('sees who paid it to the last unit, by payments and channels, and nothing of other merchants or facilitated payments', async () => {
    const { rows, total } = await listPayers(one.merchantId, {}, { size: 25 })
    expect(total).toBe(3)
    expect(rows.map(({ wallet: payer, spentMicros, calls, failed }) => [payer, spentMicros, calls, failed])).toEqual([
      [bob, '2000000', 1, 0],
      [alice, '23002', 11, 4],
      [solanaWallet, '1', 1, 0],
    ])
    expect(rows[1]).toMatchObject({ hasOthers: true, protocols: ['x402', 'mpp'] })
    expect(await listPayers(two.merchantId, {}, { size: 25 })).toMatchObject({
      total: 1,
      rows: [{ spentMicros: '500000' }],
    })
    const detail = await getPayer(one.merchantId, alice)
    expect(detail.others).toMatchObject([{ amountBase: '7', token: { symbol: 'base units' } }])
  })

  it('finds, sorts and turns pages', async () => {
    const find = async (filter: Parameters<typeof listPayers>[1], size = 25) =>
      (await listPayers(one.merchantId, filter, { size })).rows.map((row) => row.wallet)
    expect(await find({ q: '0xAAAA' })).toEqual([alice])
    expect(await find({ q: solanaWallet.slice(0, 6) })).toEqual([solanaWallet])
    expect(await find({ q: '%' })).toEqual([])
    expect(await find({ sort: 'failures' })).toEqual([alice, bob, solanaWallet])
    expect(await find({ sort: 'recent' }).then((found) => found.at(-1))).toBe(bob)
    expect(await find({ protocol: ['mpp'] })).toEqual([alice])
    expect(await find({ page: 2 }, 2)).toEqual([solanaWallet])
    expect(await find({ page: 9 }, 2)).toEqual([bob, alice])
  })

  it('notes wallets, also before they paid, for itself alone', async () => {
    const typed = carol.toUpperCase().replace('0X', '0x')
    const set = () => setNote(ctx, scopeOf(one), typed, { label: 'Carol’s agent', stance: 'allow', ours: false })
    expect(await set()).toBe(carol)
    await set()
    expect((await listPayers(one.merchantId, { q: 'carol' }, { size: 25 })).rows).toMatchObject([
      { wallet: carol, label: 'Carol’s agent', stance: 'allow', calls: 0, lastAt: null },
    ])
    expect((await listPayers(two.merchantId, { q: 'carol' }, { size: 25 })).total).toBe(0)
    const events = await db.query<{ data: { label: unknown; changes: object } }>(sql`
      SELECT data FROM audit_event WHERE type = 'payer.noted' AND data->>'wallet' = ${carol}`)
    expect(events).toHaveLength(1)
    expect(events[0]?.data.changes).toEqual({ stance: { from: 'none', to: 'allow' } })
    // The name for a wallet can be deleted: the log holds only a commitment to it.
    expect(JSON.stringify(events[0]?.data.label)).not.toContain('Carol')
  })

  it('is held to its role, its own resources and real addresses', async () => {
    const note = { label: '', stance: 'deny', ours: false } as const
    await expect(setNote(ctx, scopeOf(one, 'viewer'), alice, note)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(setNote(ctx, scopeOf(one), '0x12', note)).rejects.toMatchObject({ fields: [{ field: 'wallet' }] })
    await expect(setNote(ctx, scopeOf(one), alice, { ...note, stance: 'hate' })).rejects.toMatchObject({
      code: 'bad-input',
    })
    await expect(setGate(ctx, scopeOf(one, 'viewer'), Payer.openGate)).rejects.toMatchObject({ code: 'not-allowed' })
    const gate = { wholeShop: false, resourceIds: [two.resourceId] }
    await expect(setGate(ctx, scopeOf(one), gate)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('denies, and allows only some, in its own shop alone', async () => {
    const admitted = ({ merchantId, resourceId }: Seller, payer: string) =>
      assertAdmitted({ merchantId, id: resourceId }, payer).then(
        () => true,
        (error: { code: string; status: number }) =>
          error.code === 'payer-denied' && error.status === 403 ? false : error,
      )
    expect(await admitted(one, bob)).toBe(true)
    await setNote(ctx, scopeOf(one), bob, { label: '', stance: 'deny', ours: false })
    await expect.poll(() => admitted(one, bob)).toBe(false)
    expect([await admitted(two, bob), await admitted(one, alice)]).toEqual([true, true])
    await setGate(ctx, scopeOf(one), { wholeShop: false, resourceIds: [one.resourceId] })
    await expect.poll(() => admitted(one, alice)).toBe(false)
    expect([await admitted(one, carol), await admitted({ ...one, resourceId: randomUUID() }, alice)]).toEqual([
      true,
      true,
    ])
    await setGate(ctx, scopeOf(one), { wholeShop: true, resourceIds: [] })
    await expect.poll(() => admitted({ ...one, resourceId: randomUUID() }, alice)).toBe(false)
    await setGate(ctx, scopeOf(one), Payer.openGate)
    await expect.poll(() => admitted(one, alice)).toBe(true)
    expect(await admitted(one, bob)).toBe(false)
  })

  it('leaves its own wallets out of revenue, conversion and price replay, and in its books', async () => {
    const reader = { operator: false, merchantId: one.merchantId }
    await db.execute(sql`
      INSERT INTO challenge_count (resource_id, hour, count) VALUES (${one.resourceId}, date_trunc('hour', now()), 20)`)
    const summary = () => summarizePayments(reader, '24h', Date.now())
    const replayed = async () => {
      const range = { fromMs: Date.now() - 86_400_000, toMs: Date.now() + 1_000 }
      return (await replayPrices(reader, one.resourceId, PricePlan.fixed(10_000n), range)).calls
    }
    const before = await summary()
    expect(await replayed()).toBe(5)
    await setNote(ctx, scopeOf(one), alice, { label: '', stance: 'none', ours: true })
    const after = await summary()
    expect([before.answered, before.paidCalls, before.challenges]).toEqual([5, 6, 20])
    expect([after.answered, after.paidCalls, after.challenges]).toEqual([1, 1, 12])
    expect(after.revenueMicros).toBe('1')
    expect(await replayed()).toBe(1)
    expect(
      (await summarizePayments({ operator: false, merchantId: two.merchantId }, '30d', Date.now())).paidCalls,
    ).toBe(1)
    expect((await listPayers(one.merchantId, { ours: 'yes' }, { size: 25 })).rows).toMatchObject([
      { spentMicros: '23002' },
    ])
  })
})

describe('an agent', () => {
  it('sees what it spent at every merchant, by resource and day, and invents no dollars', async () => {
    const spend = await summarizeSpend([alice], Date.now())
    expect(spend).toMatchObject({ spentMicros: '524001', calls: 7, failed: 4 })
    expect(spend.others).toMatchObject([{ amountBase: '7' }])
    expect(spend.resources.map(({ resource, spentMicros }) => [resource?.id, spentMicros])).toEqual([
      [two.resourceId, '500000'],
      [one.resourceId, '23002'],
      [undefined, '999'],
    ])
    expect(spend.days.at(-1)?.spentMicros).toBe('24001')
    expect(spend.days.at(-4)).toMatchObject({ spentMicros: '500000', calls: 1 })
    expect((await summarizeSpend([bob], Date.now())).days.every(({ calls }) => calls === 0)).toBe(true)
    const { rows, total } = await listSpending([alice], {}, { size: 50 })
    expect([rows.length, total]).toEqual([10, 10])
    expect(rows.every(({ payer }) => payer === alice)).toBe(true)
    expect(rows.filter(({ resource }) => resource === null)).toHaveLength(1)
  })

  it('sees several wallets as one: sums, pages without a gap, and the file', async () => {
    const wallets = [alice, bob, carol]
    const alone = await Promise.all(wallets.map((one) => summarizeSpend([one], Date.now())))
    const together = await summarizeSpend(wallets, Date.now())
    const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
    expect(together.calls).toBe(sum(alone.map(({ calls }) => calls)))
    expect(Number(together.spentMicros)).toBe(sum(alone.map(({ spentMicros }) => Number(spentMicros))))

    const own = (await Promise.all(wallets.map((one) => listSpending([one], {}, { size: 50 })))).flatMap(
      ({ rows }) => rows,
    )
    const seen: string[] = []
    let ask: Page.PageRequest = { size: 3 }
    for (;;) {
      const page = await listSpending(wallets, {}, ask)
      expect(page.total).toBe(own.length)
      seen.push(...page.rows.map(({ id }) => id))
      const after = page.older === undefined ? undefined : Page.decode(page.older)
      if (!after) break
      ask = { size: 3, after }
    }
    expect(own.length).toBeGreaterThan(10)
    expect(seen.toSorted()).toEqual(own.map(({ id }) => id).toSorted())

    let text = ''
    for await (const piece of exportReceipts(wallets)) text += piece
    const [header, ...lines] = text.split('\r\n').slice(0, -1)
    expect(lines).toHaveLength(own.length)
    expect(header?.split(',').at(-1)).toBe('paid_by')
    expect(new Set(lines.map((line) => line.split(',').at(-1)))).toEqual(new Set(own.map(({ payer }) => payer)))
  })

  it('exports its own receipts, each once, and no others', async () => {
    const fifth = wallet('5')
    for (let n = 0; n < 3; n++)
      await db.execute(sql`
        INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
          claim_key, fingerprint, request, quote_id, quoted_at, settle_when, challenge, credential, instrument, created_at)
        SELECT gen_random_uuid(), ${one.merchantId}, ${one.resourceId}, 'x402', 'exact', 'x402 v2', ${evmNetwork}, ${usdc.toLowerCase()},
          ${fifth}, ${wallet('9')}, 1, gen_random_uuid(), '\\x00', '{}', 'q', now(), 'after', '{}', '{}', '{}',
          ${new Date(Date.UTC(2026, 0, 1 + n))} FROM generate_series(1, 400)`)
    const read = async (of: string) => {
      let text = ''
      for await (const piece of exportReceipts([of])) text += piece
      return text.split('\r\n').slice(0, -1)
    }
    const many = await read(fifth)
    expect(new Set(many).size).toBe(1 + 1200)
    const lines = await read(alice)
    expect(lines).toHaveLength(1 + 10)
    const header = lines[0]?.split(',') ?? []
    const shop = lines.find((line) => line.includes('500000')) ?? ''
    expect(shop).toContain('?=1+1')
    expect(shop.split(',')[header.indexOf('amount')]).toBe('0.5')
    expect(
      lines
        .find((line) => line.includes(unknownToken))
        ?.split(',')
        .slice(12, 16),
    ).toEqual([unknownToken, '', '7', ''])
    expect(lines.find((line) => line.startsWith('session,'))).toContain(`${tempo}),`)
    expect(lines.filter((line) => line.includes('PAYMENT-RESPONSE: eyJ9'))).toHaveLength(9)
    expect(pathUsd).toMatch(/^0x/)
  })
})
