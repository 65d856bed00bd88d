import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Reader } from '@/lib/ctx'
import { db, json, sql } from '@/lib/db'
import { Filter, Page } from '@/lib/paging'
import { findMilestones, listPayments, PaymentFilter, summarizePayments } from '.'

/** Sessions are one line each in the list of payments, and their vouchers count as revenue. */
const mine: Reader = { operator: false, merchantId: randomUUID() }
const theirs: Reader = { operator: false, merchantId: randomUUID() }
const operator: Reader = { operator: true, merchantId: mine.merchantId }
const evm = { network: 'eip155:84532', asset: '0x036cbd53842c5426634e7929541ec2318f3dcf7e' }
const tempo = { network: 'eip155:1337', asset: '0x20c0000000000000000000000000000000000000' }
const payer = `0x${'d'.repeat(40)}`
const instant = new Date(Date.UTC(2026, 10, 20))
const hourMs = 3_600_000
// The middle of an hour, so that a voucher's bucket is certain.
const nowMs = Math.floor(Date.now() / hourMs) * hourMs + hourMs / 2

async function insertPayment(reader: Reader, at: Date): Promise<void> {
  await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
      claim_key, fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument,
      created_at)
    VALUES (${randomUUID()}, ${reader.merchantId}, ${reader.merchantId}, 'x402', 'exact', 'x402 v2', ${evm.network},
      ${evm.asset}, ${payer}, ${payer}, 10000, ${randomUUID()}, ${randomBytes(32)},
      ${json({ method: 'GET', host: 'h', path: '/', query: '' })}, ${randomUUID()}, ${at}, 'after', 'delivered', 'settled', '{}',
      '{}', '{}', ${at})`)
}

async function insertSession(reader: Reader, at: Date, row: Record<string, unknown> = {}): Promise<string> {
  const id = `0x${randomBytes(32).toString('hex')}`
  const values = { status: 'open', spent: 40_000, settled: 0, requested: null, settlement: null, seen: at, ...row }
  await db.execute(sql`
    INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer,
      descriptor, status, deposit_base, accepted_base, accepted_signature, spent_base, settled_base, open_transaction_id,
      created_at, close_requested_at, settlement_id, last_voucher_at, units, vouchers)
    VALUES (${id}, ${reader.merchantId}, ${reader.merchantId}, 'mpp', 'mpp tempo session', ${tempo.network}, ${tempo.asset},
      ${tempo.asset}, ${payer}, ${payer}, ${payer}, ${payer}, ${json({})}, ${values.status}::channel_status, 1000000, 50000,
      ${randomBytes(65)}, ${values.spent}, ${values.settled}, ${randomUUID()}, ${at}, ${values.requested}, ${values.settlement},
      ${values.seen}, 8, 4)`)
  return id
}

let asked = ''

/** A merchant with one resource, which has the merchant's id. */
async function openShop(slug: string, reader: Reader = { operator: false, merchantId: randomUUID() }): Promise<Reader> {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${reader.merchantId}, ${slug}, ${slug})`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
    VALUES (${reader.merchantId}, ${reader.merchantId}, 'GET', ${`/${slug}`}, ${slug}, 'https://up.example', 10000)`)
  return reader
}

beforeAll(async () => {
  for (const [reader, slug] of [
    [mine, 'mine'],
    [theirs, 'theirs'],
  ] as const) {
    await openShop(slug, reader)
  }
  // All at one instant, so only the ids order them, and a uuid may stand on either side of a hash.
  for (let index = 0; index < 30; index++) {
    await insertPayment(mine, instant)
    await insertSession(mine, instant)
  }
  await insertPayment(theirs, instant)
  asked = await insertSession(theirs, instant, { requested: instant, settled: 10_000 })
})

describe('the list', () => {
  const cursor = (text: string | undefined) => Page.decode(text ?? '')!

  it('pages through payments and sessions in one order, forwards and backwards', async () => {
    const one = await listPayments(mine, {}, { size: 25 })
    const two = await listPayments(mine, {}, { size: 25, after: cursor(one.older) })
    const three = await listPayments(mine, {}, { size: 25, after: cursor(two.older) })
    expect([one, two, three].map((page) => [page.rows.length, page.total])).toEqual([
      [25, 60],
      [25, 60],
      [10, 60],
    ])
    const lines = [one, two, three].flatMap((page) => page.rows)
    const ids = lines.map((line) => line.id)
    expect(new Set(ids).size).toBe(60)
    expect(ids).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(lines.filter((line) => line.kind === 'session')).toHaveLength(30)
    const back = await listPayments(mine, {}, { size: 25, before: cursor(three.newer) })
    expect(back.rows).toEqual(two.rows)
    expect(back.older).toBe(two.older)
  })

  it('shows a session with what it spent so far, to its merchant and to operators', async () => {
    const lines = (await listPayments(theirs, {}, { size: 25 })).rows
    expect(lines.map((line) => line.kind).toSorted()).toEqual(['payment', 'session'])
    expect(lines.find((line) => line.kind === 'session')).toMatchObject({
      id: asked,
      status: 'close_requested',
      settlement: 'partly',
      amountBase: '40000',
      units: '8',
      vouchers: '4',
      resource: { path: '/theirs' },
    })
    expect((await listPayments(operator, {}, { size: 25 })).total).toBe(62)
    expect((await listPayments({ operator: false, merchantId: randomUUID() }, {}, { size: 25 })).total).toBe(0)
  })

  it.each<[Filter.FilterParams, number]>([
    [{ status: 'delivered' }, 1],
    [{ status: 'close_requested' }, 1],
    [{ status: 'delivered,close_requested' }, 2],
    [{ status: 'open,closed' }, 0],
    [{ settlement: 'partly' }, 1],
    [{ settlement: 'settled' }, 1],
    [{ settlement: 'none,pending' }, 0],
    [{ wire: 'mpp tempo session' }, 1],
    [{ protocol: 'mpp' }, 1],
    [{ network: tempo.network }, 1],
    [{ payer: payer.slice(0, 12) }, 2],
    [{ resource: theirs.merchantId }, 2],
    [{ resource: mine.merchantId }, 0],
    [{ min: '0.02' }, 1],
    [{ max: '0.03999' }, 1],
    [{ min: '0.01', max: '0.04' }, 2],
    [{ from: '2026-11-20', to: '2026-11-20' }, 2],
    [{ to: '2026-11-19' }, 0],
  ])('narrowed by %j', async (params, total) => {
    const { values, ask, ignored } = Filter.read(PaymentFilter.shape, params)
    const page = await listPayments(theirs, values, ask)
    expect([page.total, page.rows.length, ignored]).toEqual([total, total, []])
  })

  it('tells how far a session is paid out', async () => {
    const reader: Reader = { operator: false, merchantId: theirs.merchantId }
    await insertSession(reader, new Date(0), { settled: 40_000 })
    await insertSession(reader, new Date(0), { settled: 20_000, settlement: randomUUID() })
    await insertSession(reader, new Date(0), { settled: 0 })
    const old = (await listPayments(reader, { to: '1970-01-01' }, { size: 25 })).rows
    expect(old.map((line) => line.settlement).toSorted()).toEqual(['none', 'pending', 'settled'])
  })
})

it('counts vouchers as revenue where they were charged, and a session as one answered challenge', async () => {
  const reader = await openShop('sum')
  await insertPayment(reader, new Date(nowMs))
  const session = await insertSession(reader, new Date(nowMs - 2 * hourMs), { seen: new Date(nowMs) })
  for (const [cumulative, charged, at] of [
    [1_000, 1_000, nowMs - 30 * hourMs],
    [2_000, 1_000, nowMs - hourMs],
    [3_000, 900, nowMs],
    // It bought nothing.
    [4_000, 0, nowMs],
  ] as const)
    await db.execute(sql`
      INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, at)
      VALUES (${session}, ${cumulative}, ${randomBytes(65)}, ${charged}, ${new Date(at)})`)
  const summary = await summarizePayments(reader, '24h', nowMs)
  expect(summary).toMatchObject({ revenueMicros: '11900', paidCalls: 3, answered: 2, challenges: 0 })
  expect(summary.previous).toMatchObject({ revenueMicros: '1000', paidCalls: 1, answered: 0 })
  expect(summary.buckets.slice(-2)).toMatchObject([
    { revenueMicros: '1000', paidCalls: 1 },
    { revenueMicros: '10900', paidCalls: 2 },
  ])
  expect(await summarizePayments({ ...reader, merchantId: randomUUID() }, '24h', nowMs)).toMatchObject({ paidCalls: 0 })
})

it('are first steps of their merchant, like payments', async () => {
  const fresh = await openShop('fresh')
  const steps = async () => {
    const { paid, settled } = await findMilestones(fresh)
    return { paid, settled }
  }
  await insertSession(fresh, instant, { spent: 0 })
  expect(await steps()).toEqual({ paid: false, settled: false })
  await insertSession(fresh, instant)
  expect(await steps()).toEqual({ paid: true, settled: false })
  await insertSession(fresh, instant, { settled: 10_000 })
  expect(await steps()).toEqual({ paid: true, settled: true })
})
