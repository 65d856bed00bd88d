import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodePaymentRequiredHeader, decodePaymentResponseHeader, decodePaymentSignatureHeader } from '@x402/core/http'
import { createWalletClient, http } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { baseSepolia } from 'viem/chains'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { evmNetwork, fundGas, fundUsdc, tokenAbi } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { asset, openShop, signFor } from '@/sandbox/testing/shop-fixture'
import { ensureSigners } from '@/lib/execution'
import { startLoop } from '@/lib/jobs'
import { closeResourceCache } from '@/lib/merchants'
import { createCtx } from '../ctx'
import { handle } from '.'

/** How an x402 client learns of a failed payment, in the headers and codes of its version. */

const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Server
let answerCall: RequestListener
let calls = 0
let stopLoop: () => Promise<void>

beforeAll(async () => {
  upstream = createServer((request, response) => {
    calls++
    answerCall(request, response)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${port}`
  process.env.NETWORKS = JSON.stringify({ [evmNetwork]: { rpcUrls: [chains().evm.url] } })
  await openShop(`http://127.0.0.1:${port}`, payTo)
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
  stopLoop = startLoop().stop
})
beforeEach(() => {
  calls = 0
  answerCall = (_, response) => response.end('{}')
})
afterAll(async () => {
  await stopLoop()
  await closeResourceCache()
  upstream.closeAllConnections()
  await new Promise((resolve) => upstream.close(resolve))
})

async function newPayer(amountBase = 1_000_000n): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, amountBase)
  return payer
}

const call = (headers: Record<string, string> = {}, path = '/fortune') =>
  handle(new Request(`http://sluice.test/gateway/acme${path}`, { headers }))

const sign = async (payer: PrivateKeyAccount) => signFor(await call(), payer)

/** The same payment in the form of x402 v1. */
function toV1(signature: string): string {
  const { payload } = decodePaymentSignatureHeader(signature)
  const v1 = { x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload }
  return Buffer.from(JSON.stringify(v1)).toString('base64')
}

const broken = (signature: string, change: (payload: Record<string, Record<string, unknown>>) => void) => {
  const payload = structuredClone(decodePaymentSignatureHeader(signature)) as unknown as Record<
    string,
    Record<string, unknown>
  >
  change(payload)
  return Buffer.from(JSON.stringify(payload)).toString('base64')
}

function responseOf(answer: Response, name = 'payment-response') {
  const header = answer.headers.get(name)
  return header === null ? null : decodePaymentResponseHeader(header)
}

const errorOf = (answer: Response) => decodePaymentRequiredHeader(answer.headers.get('payment-required') ?? '').error

describe('a payment that fails', () => {
  it('for lack of funds is reported in the code and header of its version', async () => {
    const payer = await newPayer(9_999n)
    const [reason, from] = ['invalid_exact_evm_insufficient_balance', payer.address.toLowerCase()]
    const expectedResponse = { success: false, errorReason: reason, transaction: '', payer: from }
    const v2 = await call({ 'payment-signature': await sign(payer) })
    expect([v2.status, errorOf(v2)]).toEqual([402, reason])
    expect(responseOf(v2)).toEqual({ ...expectedResponse, network: evmNetwork })
    expect(await v2.json()).toMatchObject({
      type: 'https://paymentauth.org/problems/payment-insufficient',
      code: 'payment-insufficient',
      error: reason,
    })
    const v1 = await call({ 'x-payment': toV1(await sign(payer)) })
    expect([v1.status, responseOf(v1)]).toEqual([402, null])
    expect(responseOf(v1, 'x-payment-response')).toEqual({ ...expectedResponse, network: 'base-sepolia' })
  })

  it('at settlement is reported: the wallet was emptied during the work', async () => {
    const payer = await newPayer(10_000n)
    await fundGas(chains().evm, payer.address, 10n ** 18n)
    const wallet = createWalletClient({ account: payer, chain: baseSepolia, transport: http(chains().evm.url) })
    answerCall = (_, response) =>
      void wallet
        .writeContract({ address: asset, abi: tokenAbi, functionName: 'transfer', args: [payTo, 10_000n] })
        .then(() => response.end('{}'))
    const answer = await call({ 'payment-signature': await sign(payer) })
    expect([answer.status, calls]).toEqual([402, 1])
    expect(await answer.json()).toMatchObject({ code: 'settlement-failed' })
    expect(responseOf(answer)).toMatchObject({
      success: false,
      errorReason: 'invalid_exact_evm_insufficient_balance',
      network: evmNetwork,
      payer: payer.address.toLowerCase(),
    })
    expect(errorOf(answer)).toBe('invalid_exact_evm_insufficient_balance')
  })

  it('by its signature, terms or payload is reported', async () => {
    const payer = await newPayer()
    const good = await sign(payer)
    const faults: [string, number, string][] = [
      [
        broken(good, ({ accepted }) => Object.assign(accepted!, { amount: '1' })),
        402,
        'invalid_exact_evm_authorization_value',
      ],
      [broken(good, ({ accepted }) => Object.assign(accepted!, { network: 'eip155:1' })), 400, 'invalid_network'],
      [broken(good, ({ accepted }) => Object.assign(accepted!, { scheme: 'other' })), 400, 'invalid_scheme'],
      [
        broken(good, ({ accepted }) => Object.assign(accepted!.extra as object, { quote: 'x' })),
        402,
        'invalid_payment_requirements',
      ],
      [
        broken(good, ({ payload }) => Object.assign(payload!.authorization as object, { validBefore: '1' })),
        402,
        'invalid_exact_evm_payload_authorization_valid_before',
      ],
      ['nonsense', 400, 'invalid_payload'],
    ]
    for (const [credential, status, reason] of faults) {
      const answer = await call({ 'payment-signature': credential })
      expect([answer.status, responseOf(answer)?.errorReason]).toEqual([status, reason])
    }
    expect(calls).toBe(0)
    expect((await call({ 'payment-signature': good })).status).toBe(200)
    const again = await call({ 'payment-signature': good }, '/fortune?other=1')
    expect(responseOf(again)?.errorReason).toBe('invalid_exact_evm_nonce_already_used')
  })
})

describe('an upstream that asks for a retry', () => {
  it.each([
    [429, '30'],
    [503, '7'],
  ])('by %i is passed on as 503 with its Retry-After, and nothing is charged', async (status, retryAfter) => {
    answerCall = (_, response) => response.writeHead(status, { 'retry-after': retryAfter }).end('{"slow":"down"}')
    const payer = await newPayer(10_000n)
    const credential = await sign(payer)
    const answer = await call({ 'payment-signature': credential })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, retryAfter])
    expect(answer.headers.get('payment-required')).toBeNull()
    expect(await answer.json()).toMatchObject({
      code: 'upstream-busy',
      retryable: true,
      upstreamStatus: status,
      retryAfterSeconds: Number(retryAfter),
    })
    expect(responseOf(await call({ 'payment-signature': credential }))?.success).toBe(false)
    answerCall = (_, response) => response.end('{}')
    // Its reservation is released for another payment.
    expect((await call({ 'payment-signature': await sign(payer) })).status).toBe(200)
  })
})

describe('both headers', () => {
  it('with the same payment are one purchase; with two payments the one in PAYMENT-SIGNATURE is charged', async () => {
    const payer = await newPayer()
    const [one, other] = [await sign(payer), await sign(payer)]
    for (const headers of [
      { 'payment-signature': one, 'x-payment': one },
      { 'payment-signature': one, 'x-payment': toV1(one) },
      { 'payment-signature': one, 'x-payment': toV1(other) },
    ])
      expect((await call(headers)).status).toBe(200)
    expect(calls).toBe(1)
    expect((await call({ 'x-payment': toV1(other) })).status).toBe(200)
    expect(calls).toBe(2)
  })
})
