import { decodePaymentRequiredHeader } from '@x402/core/http'
import { parsePaymentRequired } from '@x402/core/schemas'
import type { PaymentRequired } from '@x402/core/types'
import {
  validateDiscoveryExtension,
  validateDiscoveryExtensionSpec,
  type DiscoveryExtension,
} from '@x402/extensions/bazaar'
import fc from 'fast-check'
import { Challenge } from 'mppx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resource } from '@/lib/merchants'
import type { listenFor } from '@/sandbox/testing/head-harness'
import { hashOf, invoiceOf } from '@/sandbox/testing/invoice-fixture'
import type { PricedRequest } from './PricedRequest'

// Sets variables that lib/env reads, so it runs in the isolated project (vitest.config.ts).
const solana = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
const networks = ['eip155:84532', 'eip155:1337', 'eip155:137', solana, 'eip155:8453', 'eip155:42431'] as const
process.env.NETWORKS = JSON.stringify(
  Object.fromEntries(networks.map((network) => [network, { rpcUrls: ['http://127.0.0.1:9'] }])),
)
const stripeRail = 'stripe:profile_61TnzCaaMnDTDBTzYA6TnzCa'
const lightningRail = 'bip122:000000000019d6689c085ae165831e93'
process.env.STRIPE = JSON.stringify({
  secretKey: 'sk_test_x',
  profile: stripeRail.slice('stripe:'.length),
  webhookSecrets: [],
  api: 'http://127.0.0.1:9',
})
process.env.LIGHTNING_NODE = JSON.stringify({
  kind: 'lnd',
  url: 'http://127.0.0.1:9',
  macaroon: '00',
  network: 'mainnet',
})
process.env.OFFER_PRIVATE_KEY = `0x${'42'.repeat(32)}`
process.env.PUBLIC_URL = 'https://payments.of-a-company.example'

const evmPayTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const others: Record<string, string> = {
  [solana]: 'AVzP2GeRmqGphJsMxWoqjpUifPpCret7LqWhD8NWQK49',
  [stripeRail]: stripeRail.slice('stripe:'.length),
  [lightningRail]: `02${'ab'.repeat(32)}`,
}
const payTo = (network: string) => others[network] ?? evmPayTo
const nowMs = Date.now()
const preimage = 'a3'.repeat(32)
const invoice = {
  network: lightningRail,
  payTo: payTo(lightningRail),
  bolt11: invoiceOf({ preimage, amountSat: 750n, network: 'mainnet', createdAtMs: nowMs, description: 'x'.repeat(80) }),
  paymentHash: hashOf(preimage),
  amountBase: 750n,
} as const
const id = '0198c000-0000-7000-8000-000000000001'

type Asked = { path?: string; query?: string; accept?: string | undefined; body?: boolean }
type More = Partial<Resource> & { on: readonly string[] }

let ask: Awaited<ReturnType<typeof listenFor>>['ask']
let close: () => Promise<void>
let answer: (pricedRequest: Pick<PricedRequest, 'request' | 'resource' | 'agentRequest' | 'quote' | 'ctx'>) => Response
/** The resource that the next request is for. */
let current: Parameters<typeof answer>[0] | undefined
let makeSale: (resource: Resource, asked: Asked) => Parameters<typeof answer>[0]
let corsBytes: number

beforeAll(async () => {
  const [{ compose }, { signInFor }, { toOffer }, { Declaration }, { Quote }, testing] = await Promise.all([
    import('./build-402'),
    import('./identify'),
    import('./session/offer'),
    import('@/lib/discovery'),
    import('@/lib/pricing'),
    import('@/sandbox/testing/head-harness'),
  ])
  ;({ corsBytes } = await import('./ChallengeHead'))
  answer = (pricedRequest) =>
    compose(pricedRequest, undefined, {
      session: toOffer(pricedRequest.resource),
      signIn: signInFor(pricedRequest),
      ...(pricedRequest.quote.payouts.some(({ network }) => network === lightningRail) && { invoice }),
    }).response
  makeSale = (resource, { path = resource.path, query = '', accept, body }) => {
    const whole = `/gateway/acme${path}`
    const priced = { ...resource, metered: resource.pricing ? { scale: 10_000 } : undefined }
    return {
      ctx: { now: () => nowMs } as PricedRequest['ctx'],
      request: new Request(`http://sluice.test${whole}`, { headers: accept === undefined ? {} : { accept } }),
      resource,
      quote: Quote.from(priced, id, nowMs),
      agentRequest: {
        method: resource.method,
        url: `${process.env.PUBLIC_URL}${whole}${query && `?${query}`}`,
        host: 'payments.of-a-company.example',
        path: whole,
        soldPath: `/gateway/acme${resource.path}`,
        query,
        ...(body && { bodyDigest: `sha-256=:${'A'.repeat(43)}=:` }),
        description: resource.description || resource.name,
        mimeType: resource.mimeType,
        declared: Declaration.from(resource, path === resource.path ? undefined : { name: path }),
        takes: { permit2: resource.permit2, contracts: resource.contractPayers },
      },
    }
  }
  const listening = await testing.listenFor(async () => {
    try {
      return current ? answer(current) : new Response(null, { status: 404 })
    } catch (error) {
      return Response.json({ error: String(error) }, { status: 500 })
    }
  })
  ask = listening.ask
  close = listening.close
})
afterAll(() => close())

function resourceOf({ on, ...more }: More): Resource {
  return {
    id,
    merchantId: id,
    merchantSlug: 'acme',
    method: 'GET',
    path: '/weather',
    name: 'Weather',
    description: 'The weather, now',
    mimeType: 'application/json',
    upstreamUrl: 'http://127.0.0.1:9',
    execution: null,
    policyId: null,
    timeoutMs: 1_000,
    priceMicros: 10_000n,
    pricing: null,
    settle: null,
    streaming: false,
    sideEffects: false,
    session: false,
    meter: 'request',
    unitType: 'request',
    depositUnits: 100,
    listing: { tags: [] },
    accessSeconds: null,
    identifierRequired: false,
    permit2: false,
    contractPayers: false,
    ownPayouts: true,
    status: 'live',
    revision: 1,
    headers: [],
    ...more,
    payouts: on.map((network) => ({ network: network as 'eip155:1', payTo: payTo(network) })),
  }
}

/** The head of a resource's 402 as received over a kept-alive socket. */
async function headOf(more: More, asked: Asked = {}) {
  const pricedRequest = makeSale(resourceOf(more), asked)
  current = pricedRequest
  const response = await ask('GET', '/gateway/acme/asked', { headers: { Connection: 'keep-alive, close' } })
  const cors = response.head
    .split('\r\n')
    .filter((line) => /^access-control-/i.test(line))
    .join('\r\n').length
  const header = response.headers.get('payment-required')
  return {
    ...response,
    /** Bytes including the reserve for CORS headers, unless they are present. */
    budgeted: response.bytes - cors + Math.max(cors, corsBytes),
    pricedRequest,
    required: header === null ? undefined : (decodePaymentRequiredHeader(header) as PaymentRequired),
    challenges: response.headers.has('www-authenticate') ? Challenge.fromHeadersList(response.headers) : [],
    said: (response.headers.get('content-type') ?? '').includes('json')
      ? (JSON.parse(response.body) as { paymentRequired?: PaymentRequired; challenges?: { id: string }[] })
      : undefined,
  }
}

const long = (characters: number) => ({
  schema: { type: 'object', description: 'x'.repeat(characters) },
  example: { text: 'y'.repeat(characters) },
})
const everything = {
  session: true,
  permit2: true,
  contractPayers: true,
  accessSeconds: 3_600,
  listing: {
    serviceName: 'A service',
    tags: ['weather', 'sample'],
    iconUrl: 'https://example.com/icon.png',
    query: long(300),
    output: long(300),
  },
}

describe('the head of a 402', () => {
  it.each([
    ['single payments', { priceMicros: 750_000n }],
    ['everything', { ...everything, priceMicros: 750_000n }],
  ] as const)('keeps its budget with every rail in it: %s', async (_, more) => {
    const on = [...networks, stripeRail, lightningRail]
    const { status, budgeted, challenges, required, headers } = await headOf({ on, ...more } as More)
    expect(status).toBe(402)
    expect(budgeted).toBeLessThanOrEqual(8_000)
    // MPP's draft: clients must take challenges of 8 KB together.
    expect((headers.get('www-authenticate') ?? '').length).toBeLessThanOrEqual(8_192)
    expect(challenges.map(({ method }) => method)).toEqual(expect.arrayContaining(['stripe', 'lightning']))
    // x402 has no offer on the two networks whose tokens know no EIP-3009.
    expect(new Set(required?.accepts.map(({ network }) => network)).size).toBe(4)
  })

  it.each([
    ['a GET', {}],
    ['a POST', { method: 'POST' }],
    ['a path with names', { path: '/:name' }],
    ['long examples', { listing: { tags: [], query: long(2_000), output: long(2_000) } }],
    [
      'long words',
      {
        description: '天気'.repeat(250),
        listing: {
          serviceName: 's'.repeat(32),
          tags: [1, 2, 3, 4, 5].map((n) => `${n}`.repeat(32)),
          iconUrl: `https://example.com/${'i'.repeat(2_000)}`,
        },
      },
    ],
    ['one that must be identified', { identifierRequired: true }],
    ['Permit2', { permit2: true }],
    ['coming back', { accessSeconds: 60 }],
  ] as const)('has at most 4,000 bytes on two networks: %s', async (_, more) => {
    for (const on of [networks.slice(0, 2), ['eip155:84532', 'eip155:137'], ['eip155:137', solana]]) {
      for (const asked of [{}, { body: true }, { query: `q=${'z'.repeat(6_000)}` }, { accept: 'text/html' }]) {
        const { status, budgeted, required, challenges, pricedRequest } = await headOf({ on, ...more } as More, asked)
        expect(status).toBe(402)
        expect(budgeted).toBeLessThanOrEqual(4_000)
        expect(parsePaymentRequired(required).success).toBe(true)
        // Each network is still offered, by each protocol that supports it.
        const evm = pricedRequest.quote.payouts
          .filter(({ network }) => network !== solana)
          .map(({ network }) => network)
        expect(
          new Set(
            challenges.map((one) => `eip155:${String((one.request.methodDetails as { chainId: number }).chainId)}`),
          ),
        ).toEqual(new Set(evm))
        const x402 = pricedRequest.quote.payouts
          .map(({ network }) => network)
          .filter((network) => network !== 'eip155:1337')
        expect(new Set(required?.accepts.map(({ network }) => network as string))).toEqual(new Set(x402))
      }
    }
  })

  it('has at most 4,000 bytes on two networks with sessions too', async () => {
    for (const on of [networks.slice(0, 2), ['eip155:84532', 'eip155:137']]) {
      const { budgeted, required, challenges, said } = await headOf({ on, session: true })
      expect(budgeted).toBeLessThanOrEqual(4_000)
      expect(required?.accepts).toHaveLength(said?.paymentRequired?.accepts.length ?? 0)
      expect(challenges).toHaveLength(said?.challenges?.length ?? 0)
    }
  })

  it('has at most 8,000 bytes with every feature on, and still offers every way to pay', async () => {
    for (const asked of [{}, { query: `q=${'z'.repeat(6_000)}` }]) {
      const { budgeted, required, challenges, said } = await headOf(
        { on: networks.slice(0, 4), method: 'POST', ...everything },
        { ...asked, body: true },
      )
      expect(budgeted).toBeLessThanOrEqual(8_000)
      expect(required?.accepts).toHaveLength(said?.paymentRequired?.accepts.length ?? 0)
      expect(challenges.map(({ id: one }) => one)).toEqual(said?.challenges?.map(({ id: one }) => one))
      expect(required?.extensions).toHaveProperty(['sign-in-with-x', 'info', 'nonce'])
    }
  })

  it('drops nothing when there is room', async () => {
    const { required, said } = await headOf({ on: ['eip155:84532'], description: 'x' })
    expect(required).toEqual(said?.paymentRequired)
  })

  it('drops ways to pay last, and keeps at least one of each protocol', async () => {
    const on = Array.from({ length: 20 }, (_, index) => networks[index % networks.length] as string)
    const { budgeted, required, challenges, said } = await headOf({ on, ...everything })
    expect(budgeted).toBeLessThanOrEqual(8_000)
    expect(required?.accepts.length).toBeGreaterThan(3)
    expect(challenges.length).toBeGreaterThan(3)
    expect(said?.paymentRequired?.accepts.length).toBeGreaterThan(required?.accepts.length ?? 0)
    expect(said?.challenges?.length).toBeGreaterThan(challenges.length)
  })

  it('keeps a valid catalogue entry until only ways to pay are left to drop', async () => {
    const listing = { tags: [], query: long(3_000), body: long(3_000), output: long(3_000) }
    for (const method of ['GET', 'POST'] as const)
      for (const more of [
        { on: networks.slice(0, 4) },
        { on: networks.slice(0, 2) },
        { on: networks.slice(0, 4), session: true },
      ]) {
        const { required, said } = await headOf({ ...more, method, path: '/a/:b', listing })
        const bazaar = required?.extensions?.bazaar as DiscoveryExtension & Record<string, unknown>
        expect(validateDiscoveryExtensionSpec(bazaar)).toEqual({ valid: true })
        expect(validateDiscoveryExtension(bazaar)).toEqual({ valid: true })
        expect(bazaar.info.input).toMatchObject({ type: 'http', method })
        expect(bazaar.routeTemplate).toBe('/gateway/acme/a/:b')
        expect(JSON.stringify(said?.paymentRequired?.extensions?.bazaar)).toContain('y'.repeat(3_000))
      }
  })

  it('names the path’s template when the values in the path are too long', async () => {
    const path = `/${'a'.repeat(7_000)}`
    for (const more of [{}, { accessSeconds: 60 }]) {
      const { status, budgeted, required, said } = await headOf(
        { on: networks.slice(0, 2), path: '/:name', ...more },
        { path },
      )
      expect([status, budgeted <= 4_000]).toEqual([402, true])
      expect(required?.resource.url).toBe('https://payments.of-a-company.example/gateway/acme/:name')
      expect(said?.paymentRequired?.resource.url).toBe(`https://payments.of-a-company.example/gateway/acme${path}`)
    }
  })

  it('names a short URL in full', async () => {
    const { required } = await headOf({ on: networks.slice(0, 2), path: '/:name' }, { path: '/rome', query: 'day=1' })
    expect(required?.resource.url).toBe('https://payments.of-a-company.example/gateway/acme/rome?day=1')
  })
})

describe('the head, for any resource and request,', () => {
  const json = fc.jsonValue({ maxDepth: 3 })
  const schema = fc.record({
    type: fc.constant('object'),
    description: fc.string({ unit: 'grapheme', maxLength: 2_000 }),
    properties: fc.dictionary(fc.string({ maxLength: 20 }), fc.constant({ type: 'string' }), { maxKeys: 20 }),
  })
  const part = fc.option(fc.record({ schema, example: json }), { nil: undefined })
  const word = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 32,
  })
  const resource = fc.record({
    on: fc.shuffledSubarray([...networks], { minLength: 1 }),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    path: fc.constantFrom('/', '/weather', '/:name', `/${'p'.repeat(500)}`, "/$&'()*+,;=@"),
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
    description: fc.string({ unit: 'binary', maxLength: 500 }),
    mimeType: fc.constantFrom('application/json', `application/${'v'.repeat(100)}`),
    session: fc.boolean(),
    permit2: fc.boolean(),
    identifierRequired: fc.boolean(),
    accessSeconds: fc.constantFrom(null, 60),
    listing: fc.record({
      serviceName: fc.option(word, { nil: undefined }),
      tags: fc.array(word, { maxLength: 5 }),
      iconUrl: fc.constantFrom(undefined, 'https://example.com/i.png', `https://example.com/${'i'.repeat(2_000)}`),
      query: part,
      body: part,
      output: part,
    }),
  })
  const asked = fc.record({
    query: fc.oneof(
      fc.constant(''),
      fc.webQueryParameters(),
      fc.integer({ min: 0, max: 8_000 }).map((count) => 'q'.repeat(count)),
    ),
    body: fc.boolean(),
    accept: fc.constantFrom(undefined, 'text/html'),
    value: fc.oneof(
      fc.constant('rome'),
      fc.integer({ min: 1, max: 7_000 }).map((count) => 'v'.repeat(count)),
    ),
  })

  it('fits, is readable by both protocols’ own code, and the body has what was dropped', async () => {
    await fc.assert(
      fc.asyncProperty(resource, asked, async (more, { value, ...rest }) => {
        const path = more.path === '/:name' ? `/${value}` : more.path
        const came = await headOf(more as never, { ...rest, path })
        expect(came.status).toBe(402)
        const isPlain = !more.session && !more.permit2 && more.accessSeconds === null
        expect(came.budgeted).toBeLessThanOrEqual(more.on.length <= 2 && isPlain ? 4_000 : 8_000)
        if (came.required) expect(parsePaymentRequired(came.required).success).toBe(true)
        expect(came.required !== undefined || came.challenges.length > 0).toBe(true)
        if (!came.said) return
        const { paymentRequired, challenges = [] } = came.said
        for (const offer of came.required?.accepts ?? []) expect(paymentRequired?.accepts).toContainEqual(offer)
        const ids = challenges.map(({ id: one }) => one)
        for (const challenge of came.challenges) expect(ids).toContain(challenge.id)
      }),
      { numRuns: 200 },
    )
  })
})
