import { randomUUID } from 'node:crypto'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { encodePaymentSignatureHeader } from '@x402/core/http'
import type { PaymentRequired } from '@x402/core/types'
import { Credential, type Challenge } from 'mppx'
import { evm as evmMethod } from 'mppx/client'
import { McpClient } from 'mppx/mcp/client'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GET as readPayment } from '../v1/payments/[id]/route'
import { GET as openApi } from '../v1/openapi.json/route'
import { GET as quote } from '../v1/quotes/route'
import * as route from './[[...merchant]]/route'
import { createApiKey } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { handle } from '@/lib/gateway'
import { startLoop } from '@/lib/jobs'
import { closeResourceCache } from '@/lib/merchants'
import { evmNetwork, fundUsdc, tokenBalance } from '@/sandbox/evm'
import { tempoNetwork } from '@/sandbox/tempo'
import { chains } from '@/sandbox/testing/chains'
import { mountMcp, sign, textOf } from '@/sandbox/testing/mcp-client'
import { startRpcProxy, type RpcProxy } from '@/sandbox/testing/rpc-proxy'
import { asset, callsOf, openShop } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'

/** Clients of the official SDK against the mounted route, paying by what each protocol's own client signs. */

const { connect, call, buy } = mountMcp({ GET: route.GET, POST: route.POST, DELETE: route.DELETE })
const payTo = privateKeyToAccount(generatePrivateKey()).address
const price = 10_000n
const idOf = 'pay_0123456789abcdef'
let upstream: Upstream
let proxy: RpcProxy
let stopLoop: () => Promise<void>
let merchantId: string
let reading: string

beforeAll(async () => {
  upstream = await startUpstream({})
  proxy = await startRpcProxy(chains().evm.url)
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  process.env.SETTLE_DEADLINE_MS = '5000'
  process.env.NETWORKS = JSON.stringify({
    'eip155:84532': { rpcUrls: [proxy.url] },
    'eip155:1337': { rpcUrls: [chains().tempo.url] },
  })
  merchantId = (await openShop(upstream.baseUrl, payTo)).merchantId
  const schema = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } }
  await sell('POST', '/summarize', { body: { schema, example: { text: 'x' } } })
  await sell('GET', '/stream', {}, sql`session = true, meter = 'event', streaming = true`)
  await sell('GET', '/tick', {}, sql`price_micros = 0`)
  await sell('GET', '/report', {}, sql`streaming = false`, tempoNetwork)
  const member = { address: '0xaa', merchantId, operator: false, role: 'owner' } as const
  const ctx = createCtx({ kind: 'member', id: member.address })
  reading = (await createApiKey(ctx, member, { name: 'reader', scopes: ['payments:read'] })).key
  await ensureSigners(ctx)
  stopLoop = startLoop().stop
})

afterAll(async () => {
  await stopLoop()
  await closeResourceCache()
  await Promise.all([upstream.stop(), proxy.close()])
})

async function sell(
  method: string,
  path: string,
  listing: object,
  more = sql`streaming = false`,
  network = evmNetwork,
): Promise<void> {
  const id = randomUUID()
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, listing)
    VALUES (${id}, ${merchantId}, ${method}, ${path}, ${path}, ${upstream.baseUrl + path}, ${price}, ${JSON.stringify(listing)}::jsonb)`)
  await db.execute(sql`UPDATE resource SET ${more} WHERE id = ${id}`)
  await db.execute(sql`INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${id}, ${network}, ${payTo})`)
}

async function newPayer(): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  return payer
}

const read = (id: string, query = '', headers: Record<string, string> = {}) =>
  readPayment(new Request(`http://sluice.test/api/v1/payments/x${query}`, { headers }), {
    params: Promise.resolve({ id: encodeURIComponent(id) }),
  })
/** Members of a schema of /api/v1/openapi.json. */
async function described(name: string): Promise<string[]> {
  type Document = { components: { schemas: Record<string, { properties: object }> } }
  const document = (await (await openApi()).json()) as Document
  const pointers = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, found]) => found)
  expect(new Set(pointers)).toEqual(new Set(Object.keys(document.components.schemas)))
  return Object.keys(document.components.schemas[name]?.properties ?? {}).sort()
}

const balance = () => tokenBalance(chains().evm, asset, payTo)
const isAnyDemand = (result: CallToolResult) =>
  'accepts' in (result.structuredContent ?? {}) || 'org.paymentauth/payment-required' in (result._meta ?? {})

describe('what is listed', () => {
  it('is every resource on sale, and our own tools, for all merchants and for one', async () => {
    for (const merchant of [undefined, 'acme']) {
      const { tools, nextCursor } = await (await connect(merchant)).listTools()
      expect(nextCursor).toBeUndefined()
      expect(tools.map(({ name }) => name)).toEqual([
        'sluice_quote',
        'sluice_payment_status',
        'sluice_receipt',
        'acme_get_before',
        'acme_get_failing',
        'acme_get_fortune',
        'acme_get_report',
        'acme_get_stream',
        'acme_get_tick',
        'acme_post_summarize',
      ])
      expect(tools.at(-1)?.inputSchema).toMatchObject({ required: ['body'] })
    }
    await expect(connect('no account')).rejects.toThrow(/404|merchant/)
  })

  it('is asked for by POST, by pages of other sites too: it knows no cookie', async () => {
    const url = 'http://sluice.test/api/mcp'
    const params = Promise.resolve({})
    expect((await route.GET(new Request(url), { params })).status).toBe(405)
    const foreign = {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example', 'content-type': 'application/json' },
      body: '{}',
    }
    expect((await route.POST(new Request(url, foreign), { params })).status).toBe(400)
  })

  it('says what cannot be paid over MCP, and does not serve it', async () => {
    const refused = await call('acme_get_stream')
    expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'not-possible' } })
    expect(textOf(refused)[0]).toContain('Not payable over MCP')
  })
})

describe('a tool paid by x402', () => {
  it('asks, is paid, answers with the receipt, and repeats to the letter, over HTTP too', async () => {
    const asked = await call('acme_get_fortune')
    expect(asked).toMatchObject({
      isError: true,
      structuredContent: { resource: { url: 'mcp://tool/acme_get_fortune' } },
    })
    expect(JSON.parse(textOf(asked)[0]!)).toEqual(asked.structuredContent)
    expect(asked._meta?.['org.paymentauth/payment-required']).toMatchObject({ httpStatus: 402 })

    const payment = await sign(asked, await newPayer())
    const [held, calls] = [await balance(), await callsOf(upstream.journalUrl, '/fortune')]
    const paid = await buy('acme_get_fortune', {}, payment)
    expect(paid.isError).toBeFalsy()
    expect(paid.structuredContent).toMatchObject({ fortune: expect.any(String) })
    expect(paid._meta).toMatchObject({
      'x402/payment-response': {
        success: true,
        transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/),
        network: evmNetwork,
      },
      'sluice/payment': expect.any(String),
    })
    expect(await call('acme_get_fortune', {}, payment)).toEqual(paid)
    const overHttp = await handle(
      new Request('http://sluice.test/gateway/acme/fortune', {
        headers: { 'payment-signature': encodePaymentSignatureHeader(payment) },
      }),
    )
    expect([overHttp.status, await overHttp.text()]).toEqual([200, textOf(paid)[0]])

    for (const [name, args] of [
      ['acme_get_before', {}],
      ['acme_get_fortune', { query: { other: '1' } }],
    ] as const) {
      const foreign = await call(name, args, payment)
      expect(foreign).toMatchObject({
        isError: true,
        structuredContent: { error: 'invalid_exact_evm_nonce_already_used' },
      })
    }
    const elsewhere = await handle(
      new Request('http://sluice.test/gateway/acme/before', {
        headers: { 'payment-signature': encodePaymentSignatureHeader(payment) },
      }),
    )
    expect(elsewhere.status).toBe(402)
    expect(await balance()).toBe(held + price)
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
  })

  it('is bought with the arguments that were asked for, and with none that are wrong', async () => {
    const wrong = await call('acme_post_summarize', { body: { text: 7 } })
    expect(wrong).toMatchObject({
      isError: true,
      structuredContent: { code: 'bad-input', errors: [{ field: 'body.text' }] },
    })
    const payer = await newPayer()
    const payment = await sign(await call('acme_post_summarize', { body: { text: 'one' } }), payer)
    const other = await buy('acme_post_summarize', { body: { text: 'two' } }, payment)
    // The quote is for any body: what was paid for is fixed when it is first used.
    expect(other.isError).toBeFalsy()
    const first = await call('acme_post_summarize', { body: { text: 'one' } }, payment)
    expect(first).toMatchObject({ isError: true, structuredContent: { error: 'invalid_exact_evm_nonce_already_used' } })
  })

  it('whose upstream fails is not charged', async () => {
    const payment = await sign(await call('acme_get_failing'), await newPayer())
    const held = await balance()
    const failed = await call('acme_get_failing', {}, payment)
    expect(failed).toMatchObject({ isError: true, structuredContent: { code: 'upstream-failed' } })
    expect(isAnyDemand(failed)).toBe(false)
    expect(await balance()).toBe(held)
  })

  it('whose settlement is not known says so, asks for nothing, and answers the same payment later', async () => {
    const payment = await sign(await call('acme_get_fortune'), await newPayer())
    const held = await balance()
    proxy.loseAnswers(['eth_sendRawTransaction'])
    proxy.cutOff(['eth_getTransactionReceipt', 'eth_getTransactionByHash', 'eth_getTransactionCount'])
    const unknown = await call('acme_get_fortune', {}, payment)
    expect(unknown).toMatchObject({
      isError: true,
      structuredContent: { code: 'settlement-pending', retryAfterSeconds: 2, transaction: expect.any(String) },
    })
    expect(isAnyDemand(unknown)).toBe(false)
    const { transaction } = unknown.structuredContent as { transaction: string }
    expect(await (await read(transaction)).json()).toMatchObject({ payments: [{ settlement: 'pending', transaction }] })
    proxy.loseAnswers([])
    proxy.cutOff([])
    await expect
      .poll(async () => (await call('acme_get_fortune', {}, payment)).isError ?? false, { interval: 500 })
      .toBe(false)
    expect(await balance()).toBe(held + price)
  })
})

describe('a tool paid by MPP', () => {
  const wrap = async (payer: PrivateKeyAccount) =>
    McpClient.wrap(await connect(), {
      methods: [evmMethod.charge({ account: payer, networks: [84532], authorization: { name: 'USDC', version: '2' } })],
    })

  it('is paid by mppx’s own client, which finds its receipt', async () => {
    const held = await balance()
    const paid = await (await wrap(await newPayer())).callTool({ name: 'acme_get_fortune', arguments: {} })
    expect(paid.isError).toBeFalsy()
    expect(paid.structuredContent).toMatchObject({ fortune: expect.any(String) })
    expect(paid.receipt).toMatchObject({ status: 'success', method: 'evm', challengeId: expect.any(String) })
    expect(await balance()).toBe(held + price)
  })

  it('asks in MPP’s own way where x402 has no offer', async () => {
    await expect(call('acme_get_report')).rejects.toMatchObject({
      code: -32042,
      data: { httpStatus: 402, challenges: [expect.objectContaining({ method: 'tempo', intent: 'charge' })] },
    })
  })

  it('refuses in the codes that MPP has', async () => {
    const client = await connect()
    const asked = (await client.callTool({ name: 'acme_get_fortune', arguments: {} })) as CallToolResult
    const required = asked._meta?.['org.paymentauth/payment-required'] as
      | { challenges: Challenge.Challenge[] }
      | undefined
    const challenge = required?.challenges.find(({ method }) => method === 'evm')
    const pay = (credential: unknown) =>
      client.callTool({
        name: 'acme_get_fortune',
        arguments: {},
        _meta: { 'org.paymentauth/credential': credential },
      })
    for (const malformed of ['nonsense', { challenge, payload: { type: 'authorization' } }])
      await expect(pay(malformed)).rejects.toMatchObject({ code: -32602 })
    const realm = 'elsewhere.example'
    const payer = evmMethod.charge({
      account: await newPayer(),
      networks: [84532],
      authorization: { name: 'USDC', version: '2' },
    })
    const credential = Credential.deserialize(await payer.createCredential({ challenge } as never))
    await expect(pay({ ...credential, challenge: { ...challenge, realm } })).rejects.toMatchObject({
      code: -32043,
      data: {
        httpStatus: 402,
        challenges: [expect.objectContaining({ intent: 'charge' }), expect.anything()],
        failure: { reason: 'invalid-challenge' },
      },
    })
  })
})

describe('the status of a payment', () => {
  it('shows more to a caller that knows more of it', async () => {
    const payer = await newPayer()
    const asked = await call('acme_get_fortune')
    const payment = await sign(asked, payer, { 'payment-identifier': { info: { required: false, id: idOf } } })
    const paid = await buy('acme_get_fortune', {}, payment)
    const id = String(paid._meta?.['sluice/payment'])
    const { transaction = '' } = { ...(paid._meta?.['x402/payment-response'] as { transaction?: string } | undefined) }
    const { nonce } = (payment.payload as { authorization: { nonce: string } }).authorization

    const told = { status: 'delivered', settlement: 'settled', network: evmNetwork, amountBase: '10000', transaction }
    const bought = {
      id,
      resource: { merchant: 'acme', method: 'GET', path: '/fortune' },
      payer: payer.address.toLowerCase(),
    }
    const known = (await (await read(id)).json()) as { receipt: [string, string][] }
    expect(known).toMatchObject({ ...told, ...bought, answerUntil: expect.any(String) })
    expect(Object.keys(known).sort()).toEqual(await described('Payment'))
    expect(known.receipt.map(([name]) => name)).toEqual(['PAYMENT-RESPONSE'])

    const claim = `eip3009|${evmNetwork}|${asset}|${payer.address}|${nonce}`
    for (const body of [
      // Agents choose it, so that others can guess it.
      await (await read(idOf, '?merchant=acme')).json(),
      await (await read(claim)).json(),
      ((await (await read(transaction)).json()) as { payments: unknown[] }).payments[0],
      ((await (await read(nonce, `?payer=${payer.address}`)).json()) as { payments: unknown[] }).payments[0],
    ]) {
      expect(body).toMatchObject(told)
      expect(Object.keys(body as object).sort()).toEqual(await described('PaymentStatus'))
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`fortune|receipt|${id}`))
    }
    for (const refused of [
      read(nonce),
      read(randomUUID()),
      read(idOf, '?merchant=other'),
      read(`${transaction}`, `?payer=${payTo}`),
    ])
      expect((await refused).status).toBe(404)
    expect(await (await read(idOf)).json()).toMatchObject({ code: 'bad-input', errors: [{ field: 'merchant' }] })

    const bearer = { authorization: `Bearer ${reading}` }
    expect(await (await read(id, '', bearer)).json()).toMatchObject({
      id,
      credential: expect.anything(),
      quoteId: expect.anything(),
    })
    expect((await read(id, '', { authorization: 'Bearer sk_no' })).status).toBe(401)

    const status = await call('sluice_payment_status', { payment: id })
    expect(status.structuredContent).toEqual(known)
    const receipts = (await call('sluice_receipt', { payment: id })).structuredContent
    expect(receipts).toEqual({ receipts: known.receipt.map(([name, value]) => ({ name, value })) })
    expect(await call('sluice_receipt', { payment: transaction })).toMatchObject({ isError: true })
    expect(await call('sluice_receipt', {})).toMatchObject({ structuredContent: { errors: [{ field: 'payment' }] } })
  })
})

describe('a quote', () => {
  const ask = (query: string) => quote(new Request(`http://sluice.test/api/v1/quotes?${query}`))

  it('is what the 402 asks, by address, by resource and by tool', async () => {
    const asked = (await call('acme_post_summarize', { body: { text: 'x' } }))
      .structuredContent as unknown as PaymentRequired
    const answer = await ask('url=http://sluice.test/gateway/acme/summarize')
    const quoted = (await answer.json()) as { resource: { id: string }; offers: { protocol: string; amount: string }[] }
    expect(quoted).toMatchObject({ free: false, price: '0.01', metered: false, heldForSeconds: 300 })
    expect(Object.keys(quoted).sort()).toEqual(await described('Quote'))
    const offered = quoted.offers.filter(({ protocol }) => protocol === 'x402').map(({ amount }) => amount)
    expect(offered).toEqual(asked.accepts.map(({ amount }) => amount))
    expect(answer.headers.get('etag')).toBeTruthy()
    expect(await (await ask(`resource=${quoted.resource.id}`)).json()).toEqual(quoted)
    const byTool = await call('sluice_quote', { tool: 'acme_post_summarize', arguments: { body: { text: 'x' } } })
    expect(byTool.structuredContent).toEqual({ tool: 'acme_post_summarize', ...quoted })
    expect(await (await ask('url=/gateway/acme/tick')).json()).toMatchObject({ free: true, offers: [] })
    expect((await call('acme_get_tick')).structuredContent).toMatchObject({ tick: expect.any(Number) })
  })

  it('is refused for what is not sold here', async () => {
    const statuses = await Promise.all(
      ['', 'url=https://elsewhere.example/x', 'url=/gateway/acme/nothing', `resource=${randomUUID()}`].map(
        async (query) => (await ask(query)).status,
      ),
    )
    expect(statuses).toEqual([422, 422, 404, 404])
  })
})
