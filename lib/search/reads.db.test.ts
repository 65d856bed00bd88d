import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCtx, type Reader } from '../ctx'
import { exportLog, listEvents, listEventsOf, readLogStatus, recordEvents, sequenceEvents } from '@/lib/audit'
import { db, json, sql, withTransaction } from '@/lib/db'
import { getTransaction, listTransactions } from '@/lib/execution'
import { Filter, Page } from '@/lib/paging'
import { getPayment, listPayments, listPaymentsOf, listRefunds, PaymentFilter, type PaymentView } from '@/lib/payments'
import { getBatch, listBatches, listReconciliations } from '@/lib/settlement'
import { findAnything } from '.'

/** Two merchants share one batch and one transaction. Only an operator sees the other's part. */
const mine: Reader = { operator: false, merchantId: randomUUID() }
const theirs: Reader = { operator: false, merchantId: randomUUID() }
const outsider: Reader = { operator: false, merchantId: randomUUID() }
const operator: Reader = { operator: true, merchantId: mine.merchantId }
const network = 'eip155:84532'
const asset = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const payTo = `0x${'c'.repeat(40)}`
const payer = `0x${'d'.repeat(40)}`
const hash = `0x${'e'.repeat(64)}`
const [batchId, transactionId, otherTransactionId] = [randomUUID(), randomUUID(), randomUUID()]
const ctx = createCtx({ kind: 'agent', id: payer })
const rows: { id: string; reader: Reader; nonce: string; at: Date }[] = []

beforeAll(async () => {
  for (const [reader, slug] of [
    [mine, 'mine'],
    [theirs, 'theirs'],
  ] as const) {
    await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${reader.merchantId}, ${slug}, ${slug})`)
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
      VALUES (${reader.merchantId}, ${reader.merchantId}, 'GET', ${`/${slug}`}, ${`${slug} fortune`}, 'https://up.example', 10000)`)
  }
  await db.execute(
    sql`INSERT INTO resource_payout VALUES (${mine.merchantId}, ${network}, ${payTo.toUpperCase().replace('X', 'x')})`,
  )
  for (const id of [transactionId, otherTransactionId])
    await db.execute(sql`
      INSERT INTO transaction (id, network, kind, signer, purpose, status, nonce, hash, gas_used, gas_price)
      VALUES (${id}, ${network}, 'call', ${payTo}, 'settlement', 'final', ${id === transactionId ? 7 : 8},
        ${id === transactionId ? hash : null}, 100000, 2000000000)`)
  await db.execute(sql`
    INSERT INTO attempt (hash, transaction_id, seq, raw, max_fee_per_gas, tip_per_gas, gas)
    VALUES (${hash}, ${transactionId}, 1, '\\x00', 1, 1, 21000)`)
  await db.execute(sql`
    INSERT INTO settlement_batch (id, network, asset, form, status, transaction_id, size, amount_base, settled_count)
    VALUES (${batchId}, ${network}, ${asset}, 'aggregate', 'applied', ${transactionId}, 60, 999, 60)`)
  // 55 of mine and 5 of theirs; many of one instant, so that only the id parts them.
  for (let index = 0; index < 60; index++)
    await insertPayment(index < 55 ? mine : theirs, new Date(Date.UTC(2026, 10, 1 + (index % 3))))
  await insertRefund()
  await db.execute(sql`
    INSERT INTO reconciliation (network, asset, address, block_number, opening_base, ledger_base, chain_base, difference_base)
    VALUES (${network}, ${asset}, ${payTo}, 1, 0, 5, 6, 1), (${network}, ${asset}, ${payTo}, 2, 0, 5, 5, 0),
      (${network}, ${asset}, ${payer}, 2, 0, 5, 5, 0)`)
})

async function insertPayment(reader: Reader, at: Date): Promise<void> {
  const [id, nonce] = [randomUUID(), `0x${randomBytes(32).toString('hex')}`]
  rows.push({ id, reader, nonce, at })
  await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base, claim_key,
      fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument, batch_id,
      transaction_id, created_at, tx_hash, log_index)
    VALUES (${id}, ${reader.merchantId}, ${reader.merchantId}, 'x402', 'exact', 'x402 v2', ${network}, ${asset}, ${payer}, ${payTo},
      ${10n ** 30n}, ${`eip3009|${network}|${asset}|${payer}|${nonce}`}, ${randomBytes(32)},
      ${json({ method: 'GET', host: 'h', path: '/mine', query: '' })}, ${`quote-${rows.length}`}, ${at}, 'after', 'delivered', 'settled',
      '{}', ${json({ signature: `0x${'9'.repeat(130)}` })}, '{}', ${batchId}, ${transactionId}, ${at}, ${hash}, ${rows.length})`)
  const about = { merchantId: reader.merchantId, paymentId: id }
  await withTransaction((tx) =>
    recordEvents(tx, ctx, [
      { type: 'payment.accepted', ...about },
      { type: 'payment.settling', ...about, batchId, transactionId },
    ]),
  )
}

async function insertRefund(): Promise<void> {
  await db.execute(sql`
    INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, reason)
    VALUES (${randomUUID()}, ${first(theirs).id}, ${network}, ${asset}, ${payer}, 1, 'r')`)
  await withTransaction((tx) =>
    recordEvents(tx, createCtx({ kind: 'system', id: 'track' }), [
      { type: 'transaction.included', transactionId },
      { type: 'transaction.included', transactionId: otherTransactionId },
    ]),
  )
}

function first(reader: Reader) {
  const found = rows.find((row) => row.reader === reader)
  if (!found) throw new Error('no row')
  return found
}

describe('a foreign id is not found', () => {
  it('payments', async () => {
    expect(await getPayment(mine, first(theirs).id)).toBeUndefined()
    expect(await getPayment(theirs, first(theirs).id)).toMatchObject({ id: first(theirs).id })
    expect(await getPayment(operator, first(theirs).id)).toMatchObject({ id: first(theirs).id })
    expect((await listPaymentsOf(theirs, { batchId })).length).toBe(5)
    expect((await listPaymentsOf(operator, { transactionId })).length).toBe(60)
  })

  it('transactions', async () => {
    expect(await getTransaction(mine, transactionId)).toMatchObject({ feeWei: '200000000000000', attempts: 1 })
    expect(await getTransaction(mine, otherTransactionId)).toBeUndefined()
    expect(await getTransaction(outsider, transactionId)).toBeUndefined()
    expect(await getTransaction(operator, otherTransactionId)).toMatchObject({ id: otherTransactionId })
    const count = async (reader: Reader) => (await listTransactions(reader, {}, { size: 25 })).total
    expect([await count(mine), await count(outsider), await count(operator)]).toEqual([1, 0, 2])
  })

  it('batches, whose sums are the reader’s own part', async () => {
    expect(await getBatch(outsider, batchId)).toBeUndefined()
    expect(await getBatch(theirs, batchId)).toMatchObject({
      size: 5,
      settledCount: 5,
      amountBase: (5n * 10n ** 30n).toString(),
    })
    expect(await getBatch(operator, batchId)).toMatchObject({ size: 60, amountBase: '999' })
    expect((await listBatches(outsider, {}, { size: 25 })).total).toBe(0)
  })

  it('refunds and reconciliations', async () => {
    expect((await listRefunds(mine, {}, { size: 25 })).total).toBe(0)
    expect((await listRefunds(theirs, {}, { size: 25 })).rows).toMatchObject([{ paymentId: first(theirs).id }])
    expect(await listReconciliations(theirs)).toEqual([])
    expect(await listReconciliations(mine)).toMatchObject([{ address: payTo, differenceBase: '0', blockNumber: '2' }])
    expect((await listReconciliations(operator)).length).toBe(2)
  })

  it('events', async () => {
    const isSigned = async () => {
      await sequenceEvents(10_000)
      const { size, waiting, checkpoint } = await readLogStatus()
      return waiting === 0 && checkpoint?.size === size
    }
    await expect.poll(isSigned).toBe(true)
    const owners = async (reader: Reader) => {
      const found = new Set<string | null>()
      for await (const line of exportLog(reader, {}, {})) {
        const { event } = JSON.parse(line) as { event?: { merchantId?: string } }
        if (event) found.add(event.merchantId ?? null)
      }
      return found
    }
    expect(await owners(mine)).toEqual(new Set([mine.merchantId]))
    expect(await owners(operator)).toEqual(new Set([mine.merchantId, theirs.merchantId, null]))
    const own = await listEventsOf(theirs, { transactionId })
    expect(own.map((event) => event.merchantId)).toEqual([...Array<string>(5).fill(theirs.merchantId), null])
    expect(await listEventsOf(mine, { paymentId: first(theirs).id })).toEqual([])
  })

  it('search', async () => {
    for (const text of [
      first(theirs).id,
      first(theirs).nonce,
      `eip3009|${network}|${asset}|${payer}|${first(theirs).nonce}`,
    ]) {
      expect(await findAnything(mine, text)).toEqual([])
      expect(await findAnything(theirs, text)).toMatchObject([{ kind: 'payment', id: first(theirs).id }])
    }
    const kinds = async (reader: Reader, text: string) => [
      ...new Set((await findAnything(reader, text)).map((one) => one.kind)),
    ]
    expect(await kinds(theirs, hash)).toEqual(['payment', 'transaction'])
    expect(await kinds(outsider, hash)).toEqual([])
    expect(await kinds(mine, payer)).toEqual(['address', 'payment'])
    expect(await kinds(mine, batchId)).toEqual(['batch'])
    expect(await kinds(operator, '8')).toEqual(['transaction'])
    expect(await kinds(mine, 'theirs')).toEqual([])
    expect(await kinds(theirs, 'FORTUNE')).toEqual(['resource'])
    expect(await kinds(operator, '%')).toEqual([])
  })
})

describe('pages', () => {
  const ids = (page: Page.Page<{ id: string }>) => page.rows.map((row) => row.id)
  const read = (ask: Page.PageRequest) => listPayments(mine, {}, ask)
  const cursor = (text: string | undefined) => {
    const decoded = text === undefined ? undefined : Page.decode(text)
    if (!decoded) throw new Error('no cursor')
    return decoded
  }

  it('show every row once, forwards and backwards, while new rows arrive', async () => {
    const one = await read({ size: 25 })
    const two = await read({ size: 25, after: cursor(one.older) })
    await insertPayment(mine, new Date())
    const three = await read({ size: 25, after: cursor(two.older) })
    expect([one.rows.length, two.rows.length, three.rows.length]).toEqual([25, 25, 5])
    expect(new Set([...ids(one), ...ids(two), ...ids(three)]).size).toBe(55)
    expect(one.newer).toBeUndefined()
    expect(three.older).toBeUndefined()
    const back = await read({ size: 25, before: cursor(three.newer) })
    expect(ids(back)).toEqual(ids(two))
    // One row is newer than what was the first page: going back reaches the first page, and it is full.
    const start = await read({ size: 25, before: cursor(back.newer) })
    expect(start.rows.length).toBe(25)
    expect(start.total).toBe(56)
  })

  it('order transactions and events alike', async () => {
    const all = await listTransactions(operator, {}, { size: 25 })
    const last = all.rows.at(-1)
    if (!last) throw new Error('no row')
    const before = { atMs: Date.parse(last.createdAt), id: last.id }
    expect(ids(await listTransactions(operator, {}, { size: 25, before }))).toEqual(ids(all))
    expect((await listTransactions(operator, {}, { size: 25, after: { atMs: 0, id: "'; --" } })).rows).toEqual([])
    const events = await listEvents(mine, {}, { size: 25 })
    const older = await listEvents(mine, {}, { size: 25, after: cursor(events.older) })
    expect(Number(older.rows[0]?.seq)).toBeLessThan(Number(events.rows.at(-1)?.seq))
    const back = await listEvents(mine, {}, { size: 25, before: cursor(older.newer) })
    expect(back.rows).toEqual(events.rows)
  })
})

describe('filters', () => {
  const total = async (params: Filter.FilterParams) => {
    const { values, ask, ignored } = Filter.read(PaymentFilter.shape, params)
    return { total: (await listPayments(theirs, values, ask)).total, ignored: ignored.length }
  }

  it.each([
    [{ status: 'delivered' }, 5],
    [{ status: 'voided,authorized' }, 0],
    [{ settlement: 'settled', wire: 'x402 v2', protocol: 'x402', network }, 5],
    [{ payer: payer.slice(0, 10) }, 5],
    [{ payer: payTo }, 0],
    [{ resource: theirs.merchantId }, 5],
    [{ resource: mine.merchantId }, 0],
    [{ min: '1' }, 5],
    [{ max: '1' }, 0],
    [{ from: '2026-11-01', to: '2026-11-03' }, 5],
    [{ to: '2026-10-31' }, 0],
  ] as [Filter.FilterParams, number][])('%j', async (params, expected) => {
    expect(await total(params)).toEqual({ total: expected, ignored: 0 })
  })

  it('what is not understood is left out', async () => {
    expect(await total({ status: 'nope', payer: 'bob', min: 'much', from: 'today', after: 'x' })).toEqual({
      total: 5,
      ignored: 5,
    })
  })
})

it('a view holds plain data only, money as text to the last digit, signatures shortened', async () => {
  const payment = (await getPayment(mine, first(mine).id)) as PaymentView.PaymentDetail
  expect(payment.amountBase).toBe('1000000000000000000000000000000')
  expect(JSON.parse(JSON.stringify(payment))).toEqual(payment)
  expect(JSON.stringify(payment)).not.toContain('9'.repeat(60))
})
