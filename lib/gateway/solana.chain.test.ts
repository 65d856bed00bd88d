import type { KeyPairSigner } from '@solana/kit'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { solanaNetwork, solanaUsdcBalance } from '@/sandbox/solana'
import { chains } from '@/sandbox/testing/chains'
import { callsOf, openShop, startGateway } from '@/sandbox/testing/shop-fixture'
import { solanaParties } from '@/sandbox/testing/solana-payment-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { db, sql } from '@/lib/db'
import { startLoop } from '@/lib/jobs'
import { closeResourceCache } from '@/lib/merchants'
import { handle } from '.'

const solana = await chains().solana()
const price = 10_000n
let upstream: Upstream
let shop: string
let stopLoop: () => Promise<void>

beforeAll(async () => {
  upstream = await startUpstream({})
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  process.env.SETTLE_DEADLINE_MS = '4000'
  shop = (await solanaParties(solana)).shop
  await openShop(upstream.baseUrl, privateKeyToAddress(generatePrivateKey()))
  await db.execute(sql`INSERT INTO resource_payout SELECT id, ${solanaNetwork}, ${shop} FROM resource`)
  await db.execute(sql`
    UPDATE resource_price SET pay_to = pay_to || jsonb_build_object(${solanaNetwork}::text, ${shop}::text)`)
  stopLoop = startLoop().stop
})
afterAll(async () => {
  await stopLoop()
  await closeResourceCache()
  await upstream.stop()
})

const newPayer = async () => (await solanaParties(solana)).payer
const ask = (path: string, headers: Record<string, string> = {}) =>
  handle(new Request(`http://sluice.test/gateway/acme${path}`, { headers }))
const balance = () => solanaUsdcBalance(solana, shop)

async function sign(path: string, payer: KeyPairSigner, from = ask(path)): Promise<Record<string, string>> {
  const required = decodePaymentRequiredHeader((await from).headers.get('payment-required') ?? '')
  const client = new x402Client().register(solanaNetwork, new ExactSvmScheme(payer, { rpcUrl: solana.url }))
  return { 'payment-signature': encodePaymentSignatureHeader(await client.createPaymentPayload(required)) }
}

type Row = { status: string; settlement: string; payer: string; payTo: string; txHash: string | null }
async function paymentOf(payer: KeyPairSigner): Promise<Row | undefined> {
  const [row] = await db.query<Row>(sql`
    SELECT status, settlement, payer, pay_to AS "payTo", tx_hash AS "txHash" FROM payment WHERE payer = ${payer.address}`)
  return row
}

async function broadcastsOf(payer: KeyPairSigner): Promise<number> {
  const [sent] = await db.query<{ broadcasts: number }>(sql`
    SELECT a.broadcasts FROM payment p JOIN settlement_batch b ON b.id = p.batch_id
      JOIN attempt a ON a.transaction_id = b.transaction_id
    WHERE p.payer = ${payer.address}`)
  return sent?.broadcasts ?? 0
}

it('sells to the unmodified client, moves exactly the price, and keeps the case of addresses', async () => {
  const payer = await newPayer()
  const before = await balance()
  const pay = wrapFetchWithPaymentFromConfig((input, init) => handle(new Request(input, init)), {
    schemes: [{ network: solanaNetwork, client: new ExactSvmScheme(payer, { rpcUrl: solana.url }) }],
  })
  const answer = await pay('http://sluice.test/gateway/acme/fortune')
  expect(answer.status).toBe(200)
  const receipt = JSON.parse(Buffer.from(answer.headers.get('payment-response') ?? '', 'base64').toString()) as object
  expect(await balance()).toBe(before + price)
  expect(await solanaUsdcBalance(solana, payer.address)).toBe(1_000_000n - price)
  const row = await paymentOf(payer)
  expect(row).toMatchObject({ status: 'delivered', settlement: 'settled', payer: payer.address, payTo: shop })
  expect(receipt).toMatchObject({
    success: true,
    network: solanaNetwork,
    payer: payer.address,
    transaction: row?.txHash,
  })
  const [line] = await db.query<{ sum: bigint }>(sql`
    SELECT coalesce(sum(amount), 0) AS sum FROM ledger_line WHERE account = ${`cash:${shop}`}`)
  expect(line?.sum).toBe(await balance())
})

it('gives one answer to twenty requests with one transaction, and repeats it forever', async () => {
  const payer = await newPayer()
  const headers = await sign('/fortune', payer)
  const before = await balance()
  const calls = await callsOf(upstream.journalUrl, '/fortune')
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask('/fortune', headers)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  // Longer than any facilitator remembers a settlement: every blockhash of that time has expired.
  await solana.rpc('sandbox_advance', [400])
  expect((await ask('/fortune', headers)).status).toBe(200)
  expect((await ask('/before', headers)).status).toBe(402)
  expect(await balance()).toBe(before + price)
  expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
})

it('refuses payments that the chain or the offer refuses, with the reason', async () => {
  const poor = await newPayer()
  const headers = await sign('/fortune', poor)
  const spent = await sign('/fortune', poor)
  await solana.rpc('sandbox_advance', [400])
  const stale = await ask('/fortune', spent)
  expect(stale.status).toBe(402)
  expect(await stale.json()).toMatchObject({ code: 'verification-failed', reason: 'simulation' })
  const payload = JSON.parse(Buffer.from(headers['payment-signature'] ?? '', 'base64').toString()) as {
    payload: { transaction: string }
  }
  const bytes = Buffer.from(payload.payload.transaction, 'base64')
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
  const broken = { ...payload, payload: { transaction: bytes.toString('base64') } }
  const forged = await ask('/fortune', {
    'payment-signature': Buffer.from(JSON.stringify(broken)).toString('base64'),
  })
  expect(await forged.json()).toMatchObject({ code: 'verification-failed', reason: 'signature' })
})

it('resends a transaction that a node dropped, and voids one that expired', async () => {
  const [lucky, unlucky] = [await newPayer(), await newPayer()]
  const before = await balance()
  await solana.rpc('sandbox_drop', [1])
  expect((await ask('/fortune', await sign('/fortune', lucky))).status).toBe(200)
  const headers = await sign('/fortune', unlucky)
  await solana.rpc('sandbox_drop', [1_000])
  const pending = await ask('/fortune', headers)
  expect([pending.status, ((await pending.json()) as { code: string }).code]).toEqual([503, 'settlement-pending'])
  await solana.rpc('sandbox_advance', [400])
  await expect.poll(() => paymentOf(unlucky)).toMatchObject({ status: 'voided' })
  await solana.rpc('sandbox_drop', [0])
  expect((await ask('/fortune', headers)).status).toBe(402)
  expect(await balance()).toBe(before + price)
})

it('refunds on Solana the payment for a failed answer', async () => {
  const payer = await newPayer()
  expect((await ask('/failing', await sign('/failing', payer))).status).toBeGreaterThanOrEqual(500)
  await expect.poll(() => paymentOf(payer)).toMatchObject({ status: 'refunded' })
  expect(await solanaUsdcBalance(solana, payer.address)).toBe(1_000_000n)
})

it('settles a transaction that a killed process had signed', async () => {
  const payer = await newPayer()
  const before = await balance()
  const gateway = await startGateway({ SLUICE_FAILPOINT: 'after-lease', JOBS: 'off' })
  const url = `${gateway.url}/gateway/acme/fortune`
  const headers = await sign('/fortune', payer, fetch(url))
  // The process that takes over waits for the lease to end, which is longer than this cluster's blockhashes are valid.
  await solana.rpc('sandbox_hold', [true])
  await expect(fetch(url, { headers })).rejects.toThrow()
  await gateway.exited
  await expect.poll(() => broadcastsOf(payer)).toBeGreaterThan(0)
  await solana.rpc('sandbox_hold', [false])
  await expect.poll(() => paymentOf(payer)).toMatchObject({ settlement: 'settled' })
  expect(await balance()).toBe(before + price)
})
