import {
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getTransactionDecoder,
  signTransaction,
} from '@solana/kit'
import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { evmNetwork } from '@/sandbox/evm'
import { startMisbehaving, type Misbehaving, type Behaviour } from '@/sandbox/facilitators/misbehaving'
import { createReference } from '@/sandbox/facilitators/reference'
import { fundSol, solanaNetwork, solanaUsdcBalance } from '@/sandbox/solana'
import { chains } from '@/sandbox/testing/chains'
import { openShop } from '@/sandbox/testing/shop-fixture'
import { signSolanaPayment, solanaParties } from '@/sandbox/testing/solana-payment-fixture'
import { addUpstream, routeTo } from '@/sandbox/testing/remote-facilitator-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { db, sql } from '@/lib/db'
import { handle } from '@/lib/gateway'
import { closeResourceCache } from '@/lib/merchants'
import { createCtx } from '../../ctx'
import { followCalls } from './follow-calls'
import { refreshSupported } from '@/lib/remote-facilitators/refresh-supported'

// On Solana payers sign for one fee payer: that of the upstream of the route, which the 402 names.

const ctx = createCtx({ kind: 'system', id: 'test' })
const solana = await chains().solana()
const { shop } = await solanaParties(solana)
const feePayer = await generateKeyPairSigner()
await fundSol(solana, feePayer.address, 10n ** 10n)
const price = 10_000n
const funds = 1_000_000n
let upstream: Upstream
let others: Misbehaving
let merchantId: string

beforeAll(async () => {
  upstream = await startUpstream({})
  others = await startMisbehaving({
    reference: createReference({
      rpcUrl: chains().evm.url,
      network: evmNetwork,
      privateKey: generatePrivateKey(),
      solana: { url: solana.url, feePayer },
    }),
    foreignHash: () => '1'.repeat(88),
    otherChain: { network: 'eip155:1', hash: () => `0x${'0c'.repeat(32)}` },
  })
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port},127.0.0.1:${others.port}`
  process.env.SETTLE_DEADLINE_MS = '4000'
  ;({ merchantId } = await openShop(upstream.baseUrl, privateKeyToAddress(generatePrivateKey())))
  await db.execute(sql`UPDATE resource SET timeout_ms = 100`)
  await db.execute(sql`INSERT INTO resource_payout SELECT id, ${solanaNetwork}, ${shop} FROM resource`)
  await db.execute(sql`
    UPDATE resource_price SET pay_to = pay_to || jsonb_build_object(${solanaNetwork}::text, ${shop}::text)`)
})
afterAll(async () => {
  await closeResourceCache()
  await Promise.all([upstream.stop(), others.close()])
})

const call = (headers: Record<string, string> = {}) =>
  handle(new Request('http://sluice.test/gateway/acme/fortune', { headers }))

async function settleBy(behaviour: Behaviour): Promise<void> {
  const id = await addUpstream(merchantId, `${others.url}/${behaviour}`, 2_500)
  await routeTo(merchantId, [id], { scheme: 'exact', network: solanaNetwork })
  await refreshSupported()
}

/** Buys one answer with a new wallet. */
async function buy(wallet?: Awaited<ReturnType<typeof solanaParties>>['payer']) {
  const payer = wallet ?? (await solanaParties(solana, funds)).payer
  const required = decodePaymentRequiredHeader((await call()).headers.get('payment-required') ?? '')
  const client = new x402Client().register(solanaNetwork, new ExactSvmScheme(payer, { rpcUrl: solana.url }))
  const payload = await client.createPaymentPayload(required)
  const headers = { 'payment-signature': encodePaymentSignatureHeader(payload) }
  const answer = await call(headers)
  const rowOf = async () => {
    const [row] = await db.query<{ settlement: string; call: string; via: string; hash: string | null }>(sql`
      SELECT p.settlement, c.status AS call, p.settle_via AS via, p.tx_hash AS hash FROM payment p
        JOIN facilitator_call c ON c.payment_id = p.id WHERE p.payer = ${payer.address}`)
    return row
  }
  return { answer, headers, payload, rowOf, left: () => solanaUsdcBalance(solana, payer.address) }
}

async function follow(): Promise<void> {
  await db.execute(sql`UPDATE facilitator_call SET due_at = now() WHERE ended_at IS NULL`)
  await followCalls(ctx, 20_000)
}

const oursSent = async () => (await db.query(sql`SELECT 1 FROM settlement_batch`)).length

it('is signed for the upstream’s fee payer, which settles it', async () => {
  await settleBy('honest')
  const earned = await solanaUsdcBalance(solana, shop)
  const { answer, payload, rowOf, left, headers } = await buy()
  expect(payload.accepted).toMatchObject({ network: solanaNetwork, extra: { feePayer: feePayer.address } })
  expect(answer.status).toBe(200)
  expect(await left()).toBe(funds - price)
  expect((await solanaUsdcBalance(solana, shop)) - earned).toBe(price)
  const row = await rowOf()
  expect(row).toMatchObject({ settlement: 'settled', call: 'moved' })
  expect(row?.via).not.toBe('local')
  expect(row?.hash).toMatch(/^[1-9A-HJ-NP-Za-km-z]{86,88}$/)
  const again = await call(headers)
  expect([again.status, await again.text()]).toEqual([200, await answer.text()])
  expect(others.settles('honest')).toBe(1)
  expect(await oursSent()).toBe(0)
})

it.each(['settle-then-hang', 'settle-then-refuse'] as const)(
  'is found by its payer’s account when the upstream does %s',
  async (behaviour) => {
    await settleBy(behaviour)
    const { rowOf, left } = await buy()
    await expect.poll(follow).toBeUndefined()
    await expect.poll(async () => (await rowOf())?.call).toBe('moved')
    expect(await left()).toBe(funds - price)
    expect(await rowOf()).toMatchObject({ settlement: 'settled' })
    expect(await oursSent()).toBe(0)
  },
)

it('is found behind more of its payer’s transactions than one list has, and is never declared dead', async () => {
  await settleBy('settle-then-hang')
  const { payer } = await solanaParties(solana, funds)
  const others = await Promise.all(Array.from({ length: 120 }, () => signTransfer(payer)))
  const bought = buy(payer)
  await expect.poll(() => solanaUsdcBalance(solana, payer.address), { interval: 20 }).toBe(funds - price)
  await Promise.all(others.map((bytes) => solana.rpc('sendTransaction', [bytes, { encoding: 'base64' }])))
  const { answer, rowOf, left } = await bought
  expect(answer.status).toBe(503)
  expect(await rowOf()).toMatchObject({ settlement: 'pending', call: 'silent' })
  // Long past a blockhash's life: only now everything is listed.
  await follow()
  expect(await rowOf()).toMatchObject({ settlement: 'pending' })
  await db.execute(
    sql`UPDATE facilitator_call SET created_at = created_at - interval '10 minutes' WHERE ended_at IS NULL`,
  )
  await solana.rpc('sandbox_advance', [400])
  await follow()
  expect(await rowOf()).toMatchObject({ settlement: 'settled', call: 'moved' })
  expect(await left()).toBe(funds - price - 120n)
  expect(await oursSent()).toBe(0)
})

/** A transfer of one unit from a wallet to the shop, signed by both. */
async function signTransfer(payer: Parameters<typeof signSolanaPayment>[1]): Promise<string> {
  const terms = { payTo: shop, feePayer: feePayer.address, amountBase: 1n }
  const half = getTransactionDecoder().decode(Buffer.from(await signSolanaPayment(solana, payer, terms), 'base64'))
  return getBase64EncodedWireTransaction(await signTransaction([feePayer.keyPair], half))
}

it('is nothing when the upstream lies, until its blockhash has died for good', async () => {
  await settleBy('false-success')
  const { answer, rowOf, left } = await buy()
  expect(answer.status).toBe(503)
  await follow()
  expect(await rowOf()).toMatchObject({ settlement: 'pending', call: 'claimed' })
  await db.execute(sql`UPDATE facilitator_call SET created_at = created_at - interval '1 hour' WHERE ended_at IS NULL`)
  await follow()
  expect(await rowOf()).toMatchObject({ settlement: 'pending', call: 'claimed' })
  await solana.rpc('sandbox_advance', [400])
  await follow()
  expect(await rowOf()).toMatchObject({ settlement: 'failed', call: 'dead' })
  expect(await left()).toBe(funds)
  expect(await oursSent()).toBe(0)
})
