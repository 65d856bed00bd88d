import { randomUUID } from 'node:crypto'
import { generateKeyPairSigner } from '@solana/kit'
import { x402Client, x402HTTPClient } from '@x402/core/client'
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import type { PaymentRequired } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import {
  extractOffersFromPaymentRequired,
  decodeSignedOffers,
  extractReceiptFromResponse,
  verifyReceiptMatchesOffer,
  verifyReceiptSignatureEIP712,
  type EIP712SignedReceipt,
} from '@x402/extensions/offer-receipt'
import { appendPaymentIdentifierToExtensions } from '@x402/extensions/payment-identifier'
import {
  createSIWxClientHook,
  createSIWxPayload,
  encodeSIWxHeader,
  wrapFetchWithSIWx,
  type SIWxSigner,
} from '@x402/extensions/sign-in-with-x'
import { wrapFetchWithPayment } from '@x402/fetch'
import { encodeFunctionData, parseAbi } from 'viem'
import { privateKeyToAccount, generatePrivateKey, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { startLoop } from '@/lib/jobs'
import { closeResourceCache } from '@/lib/merchants'
import { offerIssuer } from '@/lib/protocols'
import { sendFromFaucet } from '@/sandbox/anvil'
import { compile } from '@/sandbox/compile'
import { evmNetwork, fundUsdc, putCode, tokenBalance } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { asset, callsOf, openShop } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { createCtx } from '../ctx'
import { handle } from '.'

const solana = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
const payTo = privateKeyToAccount(generatePrivateKey()).address
const origin = 'http://sluice.test/gateway/acme'
let upstream: Upstream
let stopLoop: () => Promise<void>

beforeAll(async () => {
  upstream = await startUpstream({})
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  process.env.OFFER_PRIVATE_KEY = `0x${'42'.repeat(32)}`
  const { merchantId } = await openShop(upstream.baseUrl, payTo)
  await db.execute(
    sql`UPDATE resource SET access_seconds = 3600 WHERE merchant_id = ${merchantId} AND path = '/fortune'`,
  )
  await db.execute(sql`
    UPDATE resource SET identifier_required = true, access_seconds = 3600
    WHERE merchant_id = ${merchantId} AND path = '/before'`)
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
  stopLoop = startLoop().stop
})

afterAll(async () => {
  await stopLoop()
  await closeResourceCache()
  await upstream.stop()
})

/** The gateway as a `fetch` function for official clients. */
const ask: typeof fetch = async (input, init) => {
  const request = new Request(input, init)
  const response = await handle(request)
  Object.defineProperty(response, 'url', { value: request.url })
  return response
}

async function newPayer(): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  return payer
}

const clientOf = (payer: PrivateKeyAccount) => new x402Client().register(evmNetwork, new ExactEvmScheme(payer))
const balance = () => tokenBalance(chains().evm, asset, payTo)
const requiredOf = (response: Response) =>
  decodePaymentRequiredHeader(response.headers.get('payment-required') ?? '') as PaymentRequired
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]

type SignIn = { info: Parameters<typeof createSIWxPayload>[0]; supportedChains: { chainId: string; type: 'eip191' }[] }
const signInOf = (response: Response) => requiredOf(response).extensions?.['sign-in-with-x'] as SignIn

/** A signed message, with changes made before it is signed. */
async function signIn(path: string, wallet: PrivateKeyAccount, change: object = {}): Promise<HeadersInit> {
  const { info, supportedChains } = signInOf(await ask(`${origin}${path}`))
  const message = { ...info, ...supportedChains[0]!, ...change }
  const payload = await createSIWxPayload(message, wallet, new URL(message.uri))
  return { 'sign-in-with-x': encodeSIWxHeader(payload) }
}

describe('a wallet that paid', () => {
  it('returns with the official client any number of times, and no other wallet does', async () => {
    const payer = await newPayer()
    const http = new x402HTTPClient(clientOf(payer)).onPaymentRequired(createSIWxClientHook(payer))
    const visit = wrapFetchWithPayment(ask, http)
    const before = await balance()
    expect((await visit(`${origin}/fortune`)).status).toBe(200)
    expect(await balance()).toBe(before + 10_000n)
    for (let visits = 0; visits < 3; visits++) {
      const back = await visit(`${origin}/fortune?again=${visits}`)
      expect([back.status, back.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
      expect(back.headers.get('sluice-access')).toMatch(/^payment=[0-9a-f-]{36}, until=2/)
    }
    expect((await wrapFetchWithSIWx(ask, payer)(`${origin}/fortune`)).status).toBe(200)
    expect(await balance()).toBe(before + 10_000n)
    expect(await codeOf(await wrapFetchWithSIWx(ask, await newPayer())(`${origin}/fortune`))).toEqual([
      402,
      'payment-required',
    ])
    // It paid for one resource, not for the other.
    expect(await codeOf(await wrapFetchWithSIWx(ask, payer)(`${origin}/before`))).toEqual([402, 'payment-required'])
    const [row] = await db.query<{ uses: number }>(
      sql`SELECT uses FROM access_grant WHERE wallet = ${payer.address.toLowerCase()}`,
    )
    expect(row?.uses).toBe(4)
    await db.execute(sql`UPDATE access_grant SET expires_at = now() WHERE wallet = ${payer.address.toLowerCase()}`)
    expect(await codeOf(await wrapFetchWithSIWx(ask, payer)(`${origin}/fortune`))).toEqual([402, 'payment-required'])
  })

  it('uses a message once, also when two requests race', async () => {
    const payer = await newPayer()
    await wrapFetchWithPayment(ask, clientOf(payer))(`${origin}/fortune`)
    const headers = await signIn('/fortune', payer)
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${origin}/fortune`, { headers })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status === 402)
    expect(await Promise.all(refused.map(codeOf))).toEqual(Array(19).fill([402, 'sign-in-refused']))
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
    // A refusal carries a fresh challenge.
    expect(signInOf(refused[0]!).info.nonce).toMatch(/^[0-9a-f]{64}$/)
  })

  it('must prove itself by a signature', async () => {
    const payer = await newPayer()
    await wrapFetchWithPayment(ask, clientOf(payer))(`${origin}/fortune`)
    const stranger = await newPayer()
    const old = new Date(Date.now() - 400_000).toISOString()
    const lies: Promise<HeadersInit>[] = [
      signIn('/fortune', payer, { domain: 'elsewhere.test', uri: 'http://elsewhere.test/gateway/acme/fortune' }),
      signIn('/fortune', payer, { issuedAt: old }),
      signIn('/fortune', payer, { expirationTime: new Date(Date.now() + 3_600_000).toISOString() }),
      signIn('/fortune', payer, { nonce: 'a'.repeat(64) }),
      signIn('/fortune', payer, { statement: 'Something else.' }),
      signIn('/fortune', payer, { chainId: 'eip155:1' }),
      signIn('/fortune', payer, { requestId: 'x' }),
      signIn('/before', payer),
      // Another wallet's signature over a message that names this one.
      signIn('/fortune', { ...stranger, address: payer.address } as PrivateKeyAccount),
      Promise.resolve({ 'sign-in-with-x': 'e30=' }),
      Promise.resolve({ 'sign-in-with-x': '???' }),
    ]
    for (const [index, headers] of (await Promise.all(lies)).entries())
      expect(await codeOf(await ask(`${origin}/fortune`, { headers })), `lie ${index}`).toEqual([
        402,
        'sign-in-refused',
      ])
  })

  it('may be a contract, which is called with bounded gas, only on the network where it paid', async () => {
    const { evm } = chains()
    const [owner, account] = [await newPayer(), privateKeyToAccount(generatePrivateKey()).address]
    const abi = parseAbi(['function initialize(address owner)', 'function setBurning(bool burning)'])
    await putCode(evm, account, compile('SmartAccount', inject('chainsDir')))
    await sendFromFaucet(
      evm.rpc,
      account,
      encodeFunctionData({ abi, functionName: 'initialize', args: [owner.address] }),
    )
    const wallet = { ...owner, address: account } as PrivateKeyAccount
    const come = async () => (await ask(`${origin}/fortune`, { headers: await signIn('/fortune', wallet) })).status
    expect(await come()).toBe(402)
    await wrapFetchWithPayment(ask, clientOf(owner))(`${origin}/fortune`)
    const give = (network: string) =>
      db.execute(sql`
      UPDATE access_grant SET wallet = ${account.toLowerCase()}, network = ${network}
      WHERE wallet IN (${owner.address.toLowerCase()}, ${account.toLowerCase()})`)
    await give('eip155:1337')
    expect(await come()).toBe(402)
    await give(evmNetwork)
    expect(await come()).toBe(200)
    await sendFromFaucet(evm.rpc, account, encodeFunctionData({ abi, functionName: 'setBurning', args: [true] }))
    expect(await come()).toBe(402)
  })

  it('may be a Solana wallet', async () => {
    const wallet = await generateKeyPairSigner()
    const [resource] = await db.query<{ id: string }>(sql`SELECT id FROM resource WHERE path = '/fortune'`)
    // Solana payments are tested elsewhere; this test needs one delivered payment.
    const paid = await newPayer()
    await wrapFetchWithPayment(ask, clientOf(paid))(`${origin}/fortune`)
    await db.execute(sql`
      UPDATE access_grant SET wallet = ${wallet.address}, network = ${solana}
      WHERE wallet = ${paid.address.toLowerCase()}`)
    await db.execute(sql`
      INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${resource!.id}, ${solana}, ${wallet.address}) ON CONFLICT DO NOTHING`)
    await closeResourceCache()
    const come = async (change: object = {}) => {
      const { info } = signInOf(await ask(`${origin}/fortune`))
      const message = { ...info, chainId: solana, type: 'ed25519' as const }
      const payload = await createSIWxPayload(message, wallet as unknown as SIWxSigner, new URL(info.uri))
      const header = encodeSIWxHeader({ ...payload, ...change })
      return ask(`${origin}/fortune`, { headers: { 'sign-in-with-x': header } })
    }
    expect((await come()).status).toBe(200)
    const other = await generateKeyPairSigner()
    expect((await come({ address: other.address })).status).toBe(402)
    // A small-order key, with the signature that is valid for every message.
    const forged = { address: '11111111111111111111111111111111', signature: `${'1'.repeat(31)}2${'1'.repeat(32)}` }
    expect((await come(forged)).status).toBe(402)
    await db.execute(sql`DELETE FROM resource_payout WHERE network = ${solana}`)
    await closeResourceCache()
  })
})

describe('a payment with an id of the agent’s own', () => {
  async function pay(payer: PrivateKeyAccount, id?: unknown, path = '/before') {
    const required = requiredOf(await ask(`${origin}${path}`))
    if (typeof id === 'string') appendPaymentIdentifierToExtensions(required.extensions ?? {}, id)
    const payload = await clientOf(payer).createPaymentPayload(required)
    if (id !== undefined && typeof id !== 'string')
      Object.assign(payload, { extensions: { 'payment-identifier': { info: { required: true, id } } } })
    return { 'payment-signature': encodePaymentSignatureHeader(payload) }
  }

  it('gets one answer for an id, and the same answer for a repeat of the payment', async () => {
    const payer = await newPayer()
    const id = `pay_${randomUUID()}`
    const before = await balance()
    const headers = await pay(payer, id)
    const first = await ask(`${origin}/before`, { headers })
    expect(first.status).toBe(200)
    const body = await first.text()
    const second = await ask(`${origin}/before`, { headers })
    expect([second.status, await second.text()]).toEqual([200, body])
    const others = await Promise.all([pay(payer, id), pay(await newPayer(), id), pay(payer, id, '/fortune')])
    const answers = await Promise.all(
      others.map((other, index) => ask(`${origin}${index === 2 ? '/fortune' : '/before'}`, { headers: other })),
    )
    expect(await Promise.all(answers.map(codeOf))).toEqual(Array(3).fill([409, 'identifier-used']))
    expect(await balance()).toBe(before + 10_000n)
  })

  it('wins once when several arrive at the same time', async () => {
    const id = `race-${randomUUID()}`
    const payers = [await newPayer(), await newPayer(), await newPayer()]
    const headers = await Promise.all(payers.map((payer) => pay(payer, id)))
    const answers = await Promise.all(headers.map((one) => ask(`${origin}/before`, { headers: one })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  })

  it.each([
    ['missing', undefined],
    ['short', { a: 1 }],
    ['a number', 1234567890123456],
  ])('is refused when it is %s, and nothing is charged', async (_, id) => {
    const before = await balance()
    const headers = await pay(await newPayer(), id)
    expect(await codeOf(await ask(`${origin}/before`, { headers }))).toEqual([400, 'identifier-malformed'])
    expect(await balance()).toBe(before)
  })
})

it('gives a receipt that can be verified against the offer of the 402', async () => {
  const payer = await newPayer()
  const demanded = await ask(`${origin}/fortune?x=1`)
  const required = requiredOf(demanded)
  const payload = await clientOf(payer).createPaymentPayload(required)
  // The client's own statement of what it pays for does not count.
  const misnamed = { ...payload, resource: { ...payload.resource!, url: 'http://elsewhere.test/' } }
  const headers = { 'payment-signature': encodePaymentSignatureHeader(misnamed) }
  const receipt = extractReceiptFromResponse(await ask(`${origin}/fortune?x=1`, { headers })) as EIP712SignedReceipt
  // The header may have no room for the offers; the body has all of them.
  const { paymentRequired } = (await demanded.json()) as { paymentRequired: typeof required }
  const [offer] = decodeSignedOffers(extractOffersFromPaymentRequired(paymentRequired))
  expect(verifyReceiptMatchesOffer(receipt, offer!, [payer.address])).toBe(true)
  expect((await verifyReceiptSignatureEIP712(receipt)).signer.toLowerCase()).toBe(offerIssuer()?.address)
  expect(receipt.payload.resourceUrl).toBe('http://sluice.test/gateway/acme/fortune?x=1')
})
