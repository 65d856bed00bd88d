import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCtx, type Reader } from '@/lib/ctx'
import { listEventsOfChannel, recordEvents } from '@/lib/audit'
import { db, json, sql, withTransaction } from '@/lib/db'
import { Filter, Page } from '@/lib/paging'
import {
  ChannelFilter,
  countVouchers,
  getChannel,
  listChannels,
  listSettlements,
  listVouchers,
  summarizeChannels,
} from '@/lib/channels'
import { findRecentFees, getBatch, listBatches } from '@/lib/settlement'
import { findAnything } from '.'

/** Two merchants share a batch. Only an operator sees the other's part. */
const mine: Reader = { operator: false, merchantId: randomUUID() }
const theirs: Reader = { operator: false, merchantId: randomUUID() }
const outsider: Reader = { operator: false, merchantId: randomUUID() }
const operator: Reader = { operator: true, merchantId: mine.merchantId }
const network = 'eip155:1337'
const asset = '0x20c0000000000000000000000000000000000000'
const payer = `0x${'d'.repeat(40)}`
const signature = randomBytes(65)
const minuteMs = 60_000
// The middle of a minute, so that a voucher's minute is certain.
const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs + minuteMs / 2
const nextDeadline = new Date(nowMs + 5 * minuteMs)

type Made = { id: string; reader: Reader }
const made: Made[] = []

async function insertChannel(reader: Reader, row: Record<string, unknown> = {}): Promise<string> {
  const id = `0x${randomBytes(32).toString('hex')}`
  made.push({ id, reader })
  const values = {
    status: 'open',
    deposit: 1_000_000,
    accepted: 500_000,
    spent: 400_000,
    settled: 100_000,
    // Many of one instant, so that only the id parts them.
    at: new Date(Date.UTC(2026, 10, 1 + (made.length % 3))),
    payer,
    requested: null,
    deadline: null,
    parked: null,
    ...row,
  }
  await db.execute(sql`
    INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer,
      descriptor, status, deposit_base, accepted_base, accepted_signature, spent_base, settled_base, open_transaction_id,
      created_at, close_requested_at, close_deadline_at, parked_reason)
    VALUES (${id}, ${reader.merchantId}, ${reader.merchantId}, 'mpp', 'mpp tempo session', ${network}, ${asset}, ${asset},
      ${values.payer}, ${payer}, ${payer}, ${payer}, ${json({})}, ${values.status}::channel_status, ${values.deposit},
      ${values.accepted}, ${signature}, ${values.spent}, ${values.settled}, ${randomUUID()}, ${values.at},
      ${values.requested}, ${values.deadline}, ${values.parked})`)
  return id
}

let streaming = ''
let batchId = ''

beforeAll(async () => {
  for (const [reader, slug] of [
    [mine, 'mine'],
    [theirs, 'theirs'],
  ] as const) {
    await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${reader.merchantId}, ${slug}, ${slug})`)
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
      VALUES (${reader.merchantId}, ${reader.merchantId}, 'GET', ${`/${slug}`}, ${slug}, 'https://up.example', 10000)`)
  }
  for (let index = 0; index < 55; index++) await insertChannel(mine)
  for (let index = 0; index < 5; index++) await insertChannel(theirs)
  await insertChannel(mine, { requested: new Date(nowMs), deadline: new Date(nowMs + 9 * minuteMs) })
  await insertChannel(theirs, { requested: new Date(nowMs), deadline: nextDeadline, parked: 'excess' })
  await insertChannel(mine, { status: 'closing', settled: 450_000 })
  await insertChannel(mine, { status: 'closed', settled: 300_000, deadline: new Date(0) })
  await insertChannel(mine, { status: 'failed', accepted: 0, spent: 0, settled: 0 })
  streaming = await insertChannel(mine, { at: new Date(nowMs), payer: `0x${'e'.repeat(40)}` })
  await insertVouchers()
  await insertSettlements()
})

/** 60 vouchers of a cent each; two a minute, the newest first half a minute ago. */
async function insertVouchers(): Promise<void> {
  for (let index = 0; index < 60; index++)
    await db.execute(sql`
      INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units, resource_id, upstream_status, at)
      VALUES (${streaming}, ${(60 - index) * 10_000}, ${signature}, 9000, 2, ${index === 0 ? null : mine.merchantId}, 200,
        ${new Date(nowMs - Math.floor(index / 2) * minuteMs)})`)
}

async function insertSettlements(): Promise<void> {
  batchId = randomUUID()
  const transactionId = randomUUID()
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, hash, gas_used, gas_price)
    VALUES (${transactionId}, ${network}, 'calls', ${payer}, 'settlement', 'final', ${`0x${'f'.repeat(64)}`}, 120000, 10)`)
  await db.execute(sql`
    INSERT INTO settlement_batch (id, network, asset, form, status, transaction_id, size, amount_base)
    VALUES (${batchId}, ${network}, ${asset}, 'channels', 'applied', ${transactionId}, 2, 3)`)
  const foreign = made.find(({ reader }) => reader === theirs)?.id
  for (const [id, paid] of [
    [streaming, 1],
    [foreign, 2],
  ])
    await db.execute(sql`
      INSERT INTO channel_settlement (id, batch_id, channel_id, kind, trigger, cumulative_base, spent_base, units, vouchers,
        status, paid_base)
      VALUES (${randomUUID()}, ${batchId}, ${id}, 'settle', 'amount', 9, 8, 7, 6, 'settled', ${paid})`)
}

describe('a foreign channel', () => {
  it('is not found, listed, counted or settled', async () => {
    const foreign = made.find(({ reader }) => reader === theirs)?.id ?? ''
    expect(await getChannel(mine, foreign)).toBeUndefined()
    expect(await getChannel(theirs, foreign)).toMatchObject({ id: foreign })
    expect(await getChannel(operator, foreign)).toMatchObject({ id: foreign })
    const total = async (reader: Reader) => (await listChannels(reader, {}, { size: 25 })).total
    expect([await total(mine), await total(theirs), await total(outsider), await total(operator)]).toEqual([
      60, 6, 0, 66,
    ])
    expect(await listSettlements(mine, { batchId })).toMatchObject([
      { channelId: streaming, paidBase: '1', hash: `0x${'f'.repeat(64)}` },
    ])
    expect(await listSettlements(mine, { channelId: foreign })).toEqual([])
    expect((await listSettlements(operator, { batchId })).length).toBe(2)
    expect(await listSettlements(outsider, { batchId })).toEqual([])
  })

  it('tells its story to its merchant alone, and no deliveries in it', async () => {
    await withTransaction((tx) =>
      recordEvents(tx, createCtx({ kind: 'system', id: 'test' }), [
        { type: 'channel.opened', channelId: streaming, merchantId: mine.merchantId },
        { type: 'channel.charged', channelId: streaming, merchantId: mine.merchantId },
        { type: 'channel.closed', channelId: streaming, merchantId: mine.merchantId },
      ]),
    )
    const types = async (reader: Reader) => (await listEventsOfChannel(reader, streaming)).map(({ type }) => type)
    expect(await types(mine)).toEqual(['channel.opened', 'channel.closed'])
    expect(await types(theirs)).toEqual([])
  })
})

it('a batch of channels tells each merchant its own part, and gas over all of it', async () => {
  expect(await getBatch(outsider, batchId)).toBeUndefined()
  const whole = { form: 'channels', gasUsed: '120000', feeWei: '1200000', feePerPaymentWei: '100000' }
  expect(await getBatch(mine, batchId)).toMatchObject({
    ...whole,
    ...{ size: 1, settledCount: 1, amountBase: '1', payments: 6, units: '7' },
  })
  expect(await getBatch(operator, batchId)).toMatchObject({
    ...whole,
    ...{ size: 2, settledCount: 2, amountBase: '3', payments: 12, units: '14' },
  })
  const total = async (reader: Reader) => (await listBatches(reader, { form: ['channels'] }, { size: 25 })).total
  expect([await total(mine), await total(theirs), await total(outsider), await total(operator)]).toEqual([1, 1, 0, 1])
  // Half of the batch's channels, half of its fee.
  expect(await findRecentFees(mine.merchantId, network)).toEqual({ batches: 1, averageWei: 600_000n })
  expect(await findRecentFees(outsider.merchantId, network)).toBeUndefined()
})

it('a settlement pays for what the one before it did not', async () => {
  const [again, failed] = [randomUUID(), randomUUID()]
  for (const [id, status, vouchers, seconds] of [
    [failed, 'failed', 9, 30],
    [again, 'applied', 10, 60],
  ] as const) {
    await db.execute(sql`
      INSERT INTO settlement_batch (id, network, asset, form, status, size, amount_base)
      VALUES (${id}, ${network}, ${asset}, 'channels', ${status}::batch_status, 1, 1)`)
    await db.execute(sql`
      INSERT INTO channel_settlement (id, batch_id, channel_id, kind, trigger, cumulative_base, capture_base, spent_base, units,
        vouchers, status, created_at)
      VALUES (${randomUUID()}, ${id}, ${streaming}, 'close', 'member', 9, 9, 9, 12, ${vouchers},
        ${status === 'failed' ? 'failed' : 'settled'}::channel_settlement_status, now() + make_interval(secs => ${seconds}))`)
  }
  const history = await listSettlements(mine, { channelId: streaming })
  expect(history.map(({ batchId: of, vouchers, units }) => [of, vouchers, units])).toEqual([
    [again, '4', '5'],
    [failed, '3', '5'],
    [batchId, '6', '7'],
  ])
  expect(history[0]).toMatchObject({ reason: 'a team member requested it', kind: 'close', paidBase: null })
  expect(await getBatch(mine, again)).toMatchObject({ payments: 4, units: '5' })
})

it('the search finds a channel by its id, a payer with its channels, and a batch, for their merchant', async () => {
  const kinds = async (reader: Reader, text: string) => [
    ...new Set((await findAnything(reader, text)).map(({ kind }) => kind)),
  ]
  expect(await kinds(mine, streaming)).toEqual(['channel'])
  expect(await kinds(theirs, streaming)).toEqual([])
  expect(await kinds(mine, `0x${'e'.repeat(40)}`)).toEqual(['address', 'channel'])
  expect(await kinds(theirs, `0x${'e'.repeat(40)}`)).toEqual([])
  expect(await kinds(mine, batchId)).toEqual(['batch'])
  expect(await kinds(outsider, batchId)).toEqual([])
})

it('sums what is live, what is at risk, and what was lost', async () => {
  expect(await summarizeChannels(theirs)).toEqual({
    open: 5,
    closing: 1,
    parked: 1,
    escrowMicros: String(6 * 900_000),
    atRiskMicros: String(6 * 300_000),
    unclaimedMicros: String(6 * 400_000),
    lostMicros: '0',
    nextDeadline: { channelId: made[61]?.id, at: nextDeadline.toISOString() },
  })
  expect(await summarizeChannels(mine)).toMatchObject({ open: 56, closing: 2, lostMicros: '100000' })
  expect(await summarizeChannels(outsider)).toMatchObject({ open: 0, escrowMicros: '0', nextDeadline: null })
  expect((await summarizeChannels(operator)).nextDeadline?.channelId).toBe(made[61]?.id)
})

describe('the list', () => {
  const cursor = (text: string | undefined) => {
    const decoded = text === undefined ? undefined : Page.decode(text)
    if (!decoded) throw new Error('no cursor')
    return decoded
  }

  it('shows every channel once, forwards and backwards', async () => {
    const one = await listChannels(mine, {}, { size: 25 })
    const two = await listChannels(mine, {}, { size: 25, after: cursor(one.older) })
    const three = await listChannels(mine, {}, { size: 25, after: cursor(two.older) })
    const ids = [one, two, three].flatMap((page) => page.rows.map((row) => row.id))
    expect(new Set(ids).size).toBe(60)
    expect(three.older).toBeUndefined()
    const back = await listChannels(mine, {}, { size: 25, before: cursor(three.newer) })
    expect(back.rows).toEqual(two.rows)
  })

  it('says what of a channel is at risk, lost or prepaid', async () => {
    const [closing] = (await listChannels(mine, { status: ['closing'] }, { size: 25 })).rows
    expect(closing).toMatchObject({ atRiskBase: '0', prepaidBase: '50000', state: 'closing' })
    const [asked] = (await listChannels(theirs, { status: ['close_requested'] }, { size: 25 })).rows
    expect(asked).toMatchObject({ atRiskBase: '300000', closeDeadlineAt: nextDeadline.toISOString() })
    const [closed] = (await listChannels(mine, { status: ['closed'] }, { size: 25 })).rows
    expect(closed).toMatchObject({ atRiskBase: '100000', closeDeadlineAt: null })
  })

  it.each<[Filter.FilterParams, number, number]>([
    [{ status: 'open' }, 5, 0],
    [{ status: 'close_requested' }, 1, 0],
    [{ status: 'open,close_requested' }, 6, 0],
    [{ status: 'closing,closed,failed,opening' }, 0, 0],
    [{ network }, 6, 0],
    [{ network: 'eip155:1' }, 0, 0],
    [{ payer: payer.slice(0, 10) }, 6, 0],
    [{ payer: `0x${'e'.repeat(40)}` }, 0, 0],
    [{ resource: theirs.merchantId }, 6, 0],
    [{ resource: mine.merchantId }, 0, 0],
    [{ parked: 'yes' }, 1, 0],
    [{ status: 'nope', id: '0xzz', parked: 'no' }, 6, 3],
  ])('narrowed by %j', async (params, total, left) => {
    const { values, ask, ignored } = Filter.read(ChannelFilter.shape, params)
    expect((await listChannels(theirs, values, ask)).total).toBe(total)
    expect(ignored).toHaveLength(left)
  })

  it('finds a channel by its id, or by how it begins', async () => {
    for (const id of [streaming, streaming.slice(0, 18)])
      expect((await listChannels(mine, { id }, { size: 25 })).rows.map((row) => row.id)).toEqual([streaming])
  })
})

describe('vouchers', () => {
  const token = { address: asset, symbol: 'pathUSD', decimals: 6 }
  const read = (filter: ChannelFilter.VoucherFilter, ask: Page.PageRequest) =>
    listVouchers({ id: streaming, token }, filter, ask)

  it('stand highest first, each once, with the step that they add', async () => {
    const one = await read({}, { size: 50 })
    expect(one).toMatchObject({ total: 60, rows: { length: 50 } })
    expect(one.rows[0]).toMatchObject({ cumulativeBase: '600000', stepBase: '10000', resource: null, units: '2' })
    expect(one.rows[0]?.signature).toBe(`0x${signature.toString('hex')}`)
    expect(one.rows[1]?.resource).toMatchObject({ id: mine.merchantId, path: '/mine' })
    const two = await read({}, { size: 50, after: Page.decode(one.older ?? '')! })
    expect(two.rows.map((row) => row.cumulativeBase)).toEqual(
      Array.from({ length: 10 }, (_, index) => String(100_000 - index * 10_000)),
    )
    expect(two.rows.at(-1)?.stepBase).toBe('10000')
    const back = await read({}, { size: 50, before: Page.decode(two.newer ?? '')! })
    expect(back.rows).toEqual(one.rows)
    expect((await read({}, { size: 25, after: { atMs: 0, id: "'; --" } })).rows).toHaveLength(25)
  })

  it.each([
    [300_000n, ['300000']],
    [300_001n, ['310000']],
    [1n, ['10000']],
    [600_001n, []],
  ])('the one that covers %d', async (cumulative, found) => {
    expect((await read({ cumulative }, { size: 25 })).rows.map((row) => row.cumulativeBase)).toEqual(found)
  })

  it('are counted by the minute', async () => {
    const minutes = await countVouchers(streaming, 20, nowMs)
    expect(minutes).toHaveLength(20)
    expect(minutes.map((minute) => minute.vouchers)).toEqual(Array<number>(20).fill(2))
    expect(minutes.at(-1)?.at).toBe(new Date(nowMs - minuteMs / 2).toISOString())
    expect((await countVouchers(streaming, 40, nowMs)).slice(0, 11).map((minute) => minute.vouchers)).toEqual([
      ...Array<number>(10).fill(0),
      2,
    ])
  })
})

it('a view holds plain data only', async () => {
  const channel = await getChannel(mine, streaming)
  expect(JSON.parse(JSON.stringify(channel))).toEqual(channel)
  expect(channel).toMatchObject({ acceptedSignature: `0x${signature.toString('hex')}`, topUps: [], state: 'open' })
})
