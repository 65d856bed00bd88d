import { decodePaymentSignatureHeader } from '@x402/core/http'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendFromFaucet } from '@/sandbox/anvil'
import { fundUsdc, tokenBalance } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { startRpcProxy, type RpcProxy } from '@/sandbox/testing/rpc-proxy'
import { asset, callsOf, openShop, signFor } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { Eip3009 } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { startLoop } from '@/lib/jobs'
import { closeResourceCache, notifyResourceChanged } from '@/lib/merchants'
import { createCtx } from '../ctx'
import { handle } from '.'
import { unsampledFields } from '@/sandbox/testing/event-samples'

const payTo = privateKeyToAccount(generatePrivateKey()).address
const price = 10_000n
let upstream: Upstream
let proxy: RpcProxy
let stopLoop: () => Promise<void>

beforeAll(async () => {
  upstream = await startUpstream({})
  proxy = await startRpcProxy(chains().evm.url)
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  process.env.SETTLE_DEADLINE_MS = '2500'
  process.env.EXCLUSIVE_PAYEES = payTo
  process.env.NETWORKS = JSON.stringify({
    'eip155:84532': { rpcUrls: [proxy.url] },
    'eip155:1337': { rpcUrls: [chains().tempo.url] },
  })
  await openShop(upstream.baseUrl, payTo)
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
  stopLoop = startLoop().stop
})

afterAll(async () => {
  await stopLoop()
  await closeResourceCache()
  await Promise.all([upstream.stop(), proxy.close()])
})

async function newPayer(amountBase = 1_000_000n): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, amountBase)
  return payer
}

const call = (path: string, headers: Record<string, string> = {}) =>
  handle(new Request(`http://sluice.test/gateway/acme${path}`, { headers }))

const pay = async (path: string, payer: PrivateKeyAccount) => ({
  'payment-signature': await signFor(await call(path), payer),
})

const balance = () => tokenBalance(chains().evm, asset, payTo)

async function booksBalance(): Promise<void> {
  const [row] = await db.query<{ cash: bigint; sum: bigint }>(sql`
    SELECT coalesce(sum(amount), 0) AS sum, coalesce(sum(amount) FILTER (WHERE account = ${`cash:${payTo.toLowerCase()}`}), 0) AS cash
    FROM ledger_line`)
  expect(row?.sum).toBe(0n)
  expect(row?.cash).toBe(await balance())
}

describe('a paid request', () => {
  it('moves exactly the price, calls the upstream once, and gives repeats the identical answer', async () => {
    const credential = await pay('/fortune', await newPayer())
    const before = await balance()
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    const first = await call('/fortune', credential)
    expect(first.status).toBe(200)
    expect(first.headers.get('cache-control')).toBe('private, no-store')
    const body = await first.text()
    const second = await call('/fortune', credential)
    expect([second.status, await second.text()]).toEqual([200, body])
    expect(second.headers.get('payment-response')).toBe(first.headers.get('payment-response'))
    expect(await balance()).toBe(before + price)
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
    await booksBalance()
  })

  it('is always refused for another request', async () => {
    const credential = await pay('/fortune', await newPayer())
    expect((await call('/fortune', credential)).status).toBe(200)
    for (const path of ['/fortune?again=1', '/before']) {
      const refused = await call(path, credential)
      expect(refused.status).toBe(402)
      expect(await refused.json()).toMatchObject({ code: 'credential-used' })
    }
  })

  it('is served once among a hundred identical ones', async () => {
    const credential = await pay('/fortune', await newPayer())
    const before = await balance()
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('/fortune', credential)))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect(new Set(answers.map((answer) => answer.headers.get('payment-response'))).size).toBe(1)
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
    expect(await balance()).toBe(before + price)
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
  })

  it('counts if another party already submitted it, and buys one answer', async () => {
    const credential = await pay('/fortune', await newPayer())
    const { authorization, signature } = (
      decodePaymentSignatureHeader(credential['payment-signature']) as unknown as {
        payload: { authorization: Omit<Eip3009.Eip3009Message, 'kind'>; signature: `0x${string}` }
      }
    ).payload
    const before = await balance()
    await sendFromFaucet(
      chains().evm.rpc,
      asset,
      Eip3009.transferData({ kind: 'eip3009', ...authorization, signature }),
    )
    expect((await balance()) - before).toBe(price)
    const answers = [await call('/fortune', credential), await call('/fortune', credential)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await call('/before', credential)).status).toBe(402)
    expect((await balance()) - before).toBe(price)
    await booksBalance()
  })

  it('shares its transaction with payments that wait at the same time', async () => {
    const payers: PrivateKeyAccount[] = []
    while (payers.length < 40) payers.push(await newPayer())
    const credentials = await Promise.all(payers.map((payer) => pay('/fortune', payer)))
    const before = await balance()
    const [{ count: batchesBefore } = { count: 0n }] = await db.query<{ count: bigint }>(
      sql`SELECT count(*) FROM settlement_batch`,
    )
    const answers = await Promise.all(credentials.map((credential) => call('/fortune', credential)))
    expect(answers.map((answer) => answer.status)).toEqual(Array(40).fill(200))
    const [{ count: batches } = { count: 0n }] = await db.query<{ count: bigint }>(
      sql`SELECT count(*) FROM settlement_batch`,
    )
    expect(batches - batchesBefore).toBeLessThan(20n)
    expect(await balance()).toBe(before + 40n * price)
    await booksBalance()
  })

  it('whose balance covers one of two payments pays for one', async () => {
    const payer = await newPayer(price)
    const credentials = await Promise.all(Array.from({ length: 10 }, () => pay('/fortune', payer)))
    const before = await balance()
    const statuses = await Promise.all(
      credentials.map(async (credential) => (await call('/fortune', credential)).status),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 402)).toHaveLength(9)
    expect(await balance()).toBe(before + price)
    await booksBalance()
  })
})

describe('a failing upstream', () => {
  it('is not charged if it is called before settlement', async () => {
    const credential = await pay('/failing', await newPayer())
    const before = await balance()
    const answer = await call('/failing', credential)
    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({
      code: 'upstream-failed',
      detail: expect.stringContaining('You were not charged'),
    })
    expect(await balance()).toBe(before)
    const again = await call('/failing', credential)
    expect([again.status, again.headers.has('payment-required')]).toEqual([402, true])
    const detail = expect.stringMatching(/^The upstream answered with status 5\d\d\. You were not charged/)
    expect(await again.json()).toMatchObject({ code: 'payment-voided', detail })
    await booksBalance()
  })
})

describe('a price edited between 402 and payment', () => {
  it('is charged as quoted', async () => {
    const credential = await pay('/before', await newPayer())
    await db.execute(sql`UPDATE resource SET price_micros = 90000, revision = 2 WHERE path = '/before'`)
    await notifyResourceChanged(db, 'acme')
    await expect
      .poll(
        async () =>
          ((await (await call('/before')).json()) as { accepts: { maxAmountRequired: string }[] }).accepts[0]
            ?.maxAmountRequired,
      )
      .toBe('90000')
    const before = await balance()
    expect((await call('/before', credential)).status).toBe(200)
    expect(await balance()).toBe(before + price)
  })
})

describe('an RPC that takes a broadcast and loses the answer', () => {
  it('leads to 503 without a new challenge, and the same credential gets its answer later', async () => {
    const credential = await pay('/fortune', await newPayer())
    const before = await balance()
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    proxy.loseAnswers(['eth_sendRawTransaction'])
    proxy.cutOff(['eth_getTransactionReceipt', 'eth_getTransactionByHash', 'eth_getTransactionCount'])
    const unknown = await call('/fortune', credential)
    expect(unknown.status).toBe(503)
    expect(unknown.headers.get('retry-after')).toBe('2')
    expect(unknown.headers.has('payment-required') || unknown.headers.has('www-authenticate')).toBe(false)
    expect(await unknown.json()).toMatchObject({
      code: 'settlement-pending',
      transaction: expect.stringMatching(/^0x/),
    })
    proxy.loseAnswers([])
    proxy.cutOff([])
    await expect.poll(async () => (await call('/fortune', credential)).status, { interval: 500 }).toBe(200)
    expect(await balance()).toBe(before + price)
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
    await booksBalance()
  })
})

it('causes no event whose facts the catalogue of webhooks does not show', async () => {
  expect(await unsampledFields()).toEqual([])
})
