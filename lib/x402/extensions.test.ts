import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http'
import { parsePaymentRequired } from '@x402/core/schemas'
import type { PaymentRequired } from '@x402/core/types'
import {
  isValidRouteTemplate,
  validateDiscoveryExtension,
  validateDiscoveryExtensionSpec,
  type DiscoveryExtension,
} from '@x402/extensions/bazaar'
import {
  decodeSignedOffers,
  extractOffersFromPaymentRequired,
  findAcceptsObjectFromSignedOffer,
  verifyOfferSignatureEIP712,
  verifyReceiptMatchesOffer,
  verifyReceiptSignatureEIP712,
  type EIP712SignedOffer,
  type EIP712SignedReceipt,
} from '@x402/extensions/offer-receipt'
import { validatePaymentIdentifier } from '@x402/extensions/payment-identifier'
import { describe, expect, it } from 'vitest'
import { createDigestSigner } from '@/lib/chains'
import { Declaration } from '@/lib/discovery'
import { Listing } from '@/lib/merchants'
import { Sacrifice } from '@/lib/protocol-shared'
import { agentRequest, nowMs, payTo, quote } from '@/sandbox/testing/credential-fixture'
import { createProtocol } from '.'
import * as Extensions from './extensions'
import { createIssuer } from './offer-receipt'

const key = createDigestSigner(`0x${'42'.repeat(32)}`)
const secret = 'secret-of-these-tests-0123456789abcdef'
const x402 = createProtocol({ secrets: () => [secret], serves: () => true, issuer: () => createIssuer(key) })

const signIn = {
  domain: 'sluice.test',
  uri: agentRequest.url,
  version: '1' as const,
  nonce: 'f'.repeat(64),
  issuedAt: new Date(nowMs).toISOString(),
  expirationTime: new Date(nowMs).toISOString(),
  statement: 'Come back without paying.',
  resources: [agentRequest.url],
}

const declared = (method: string, path: string, listing: unknown) =>
  Declaration.from({
    merchantSlug: 'acme',
    method,
    path,
    listing: Listing.Schema.parse(listing),
    execution: null,
    identifierRequired: false,
  })

const city = { type: 'object', required: ['city'], properties: { city: { type: 'string', minLength: 2 } } }
const shop = {
  GET: declared('GET', '/weather/:day/at/:hour', { query: { schema: city }, output: { example: { rain: true } } }),
  POST: declared('POST', '/search', {
    body: { schema: city, example: { city: 'Rome' } },
    serviceName: 'Acme',
    tags: 'a,b',
  }),
  PUT: declared('PUT', '/notes', { query: { example: { draft: true } } }),
  DELETE: declared('DELETE', '/plain', {}),
}

function challengeOf(method: keyof typeof shop, more: Partial<typeof agentRequest> = {}) {
  const { headers, body } = x402.challenge(
    quote,
    { ...agentRequest, method, declared: shop[method], ...more },
    { signIn },
  )
  const header = headers[0]![1]
  return { header, body, required: decodePaymentRequiredHeader(header) as PaymentRequired }
}

describe('extensions of a 402', () => {
  it.each(Object.keys(shop) as (keyof typeof shop)[])(
    'are accepted by the official directories, for a %s',
    (method) => {
      const { required, body } = challengeOf(method)
      expect(parsePaymentRequired(required).success).toBe(true)
      expect(parsePaymentRequired(body).success).toBe(true)
      const bazaar = required.extensions?.bazaar as DiscoveryExtension
      expect(validateDiscoveryExtensionSpec(bazaar as unknown as Record<string, unknown>)).toEqual({ valid: true })
      expect(validateDiscoveryExtension(bazaar)).toEqual({ valid: true })
      expect(validatePaymentIdentifier(required.extensions?.['payment-identifier'])).toEqual({ valid: true })
      expect(Object.keys(body.extensions as object)).toEqual(Object.keys(required.extensions ?? {}))
    },
  )

  it('have the template of a path with names, and the service', () => {
    const { required } = challengeOf('GET')
    const bazaar = required.extensions?.bazaar as DiscoveryExtension & { routeTemplate?: string }
    expect(bazaar.routeTemplate).toBe('/gateway/acme/weather/:day/at/:hour')
    expect(isValidRouteTemplate(bazaar.routeTemplate)).toBe(true)
    expect(bazaar.info.input).toMatchObject({ queryParams: { city: 'xx' }, pathParams: { day: 'day', hour: 'hour' } })
    expect(challengeOf('POST').required.resource).toMatchObject({ serviceName: 'Acme', tags: ['a', 'b'] })
  })

  it('are dropped one after the other, and the official code still accepts the rest', () => {
    const long = { schema: city, example: { city: 'x'.repeat(500) } }
    const asked = {
      ...agentRequest,
      method: 'POST',
      description: 'Wetter \u{1F327} '.repeat(40),
      declared: declared('POST', '/a/:day', {
        query: long,
        body: long,
        output: long,
        serviceName: 'Acme',
        tags: 'a,b',
      }),
      soldPath: '/gateway/acme/a/:day',
    }
    const challenge = x402.challenge(quote, asked, { signIn })
    const heads = Sacrifice.steps.map((given) => challenge.headersWithout(given)[0]![1])
    const read = heads.map((header) => decodePaymentRequiredHeader(header) as PaymentRequired)
    const lengths = heads.map((header) => header.length)
    expect(lengths).toEqual(lengths.toSorted((one, other) => other - one))
    expect(read[0]).toEqual(challenge.body.paymentRequired)
    for (const required of read) {
      expect(parsePaymentRequired(required).success).toBe(true)
      expect(required.accepts).toEqual(read[0]?.accepts)
      const bazaar = required.extensions?.bazaar as DiscoveryExtension | undefined
      if (!bazaar) continue
      expect(validateDiscoveryExtensionSpec(bazaar as unknown as Record<string, unknown>)).toEqual({ valid: true })
      expect(validateDiscoveryExtension(bazaar)).toEqual({ valid: true })
    }
    const after = (name: Sacrifice.Sacrifice) => read[Sacrifice.order.indexOf(name) + 1]
    expect(after('schemas')?.extensions?.['sign-in-with-x']).not.toHaveProperty('schema')
    expect(after('output')?.extensions?.bazaar).not.toHaveProperty('info.output')
    expect(after('offers')?.extensions).not.toHaveProperty('offer-receipt')
    expect(after('query')?.resource.url).toBe('http://sluice.test/gateway/acme/weather')
    expect(after('examples')?.extensions?.bazaar).toMatchObject({ info: { input: { body: {}, queryParams: {} } } })
    expect(after('about')?.resource).not.toHaveProperty('tags')
    // Directories require a schema of the call and of the answer, but do not check its content.
    expect(after('form')?.extensions?.bazaar).toMatchObject({
      routeTemplate: '/gateway/acme/a/:day',
      schema: {
        properties: {
          input: { properties: expect.anything() },
          output: { properties: { example: expect.anything() } },
        },
      },
    })
    expect(Buffer.byteLength(after('description')?.resource.description ?? '')).toBeLessThanOrEqual(48)
    expect(after('address')?.resource.url).toBe('http://sluice.test/gateway/acme/a/:day')
    expect(after('identifier')?.extensions).not.toHaveProperty('payment-identifier')
    expect(after('bazaar')?.extensions).toHaveProperty('sign-in-with-x.info.nonce', signIn.nonce)
    expect(after('sign-in')).not.toHaveProperty('extensions')
  })

  it('drop Permit2 if EIP-3009 is also offered, and then its extension', () => {
    const { headersWithout } = x402.challenge(quote, { ...agentRequest, takes: { permit2: true } }, {})
    const at = (name: Sacrifice.Sacrifice) => {
      const given = Sacrifice.steps[Sacrifice.order.indexOf(name) + 1]!
      return decodePaymentRequiredHeader(headersWithout(given)[0]![1]) as PaymentRequired
    }
    expect(at('bazaar').accepts.map(({ extra }) => extra.assetTransferMethod)).toEqual([undefined, 'permit2'])
    expect(Object.keys(at('bazaar').extensions ?? {})).toEqual(['eip2612GasSponsoring'])
    expect(at('permit2').accepts.map(({ extra }) => extra.assetTransferMethod)).toEqual([undefined])
    expect(at('permit2')).not.toHaveProperty('extensions')
  })

  it('are not stored from a client’s echo, except its own members', () => {
    const { required } = challengeOf('POST')
    const wire = { extensions: { ...required.extensions, 'builder-code': { info: { a: 'me' } } }, payload: 1 }
    const kept = Extensions.withoutEchoes(wire)
    expect(Object.keys(kept.extensions)).toEqual(['payment-identifier', 'builder-code'])
  })
})

describe('offers and receipts', () => {
  const { required } = challengeOf('GET')
  const offers = extractOffersFromPaymentRequired(required) as EIP712SignedOffer[]

  it('are verified offline by the official functions, one for each way to pay', async () => {
    expect(offers).toHaveLength(required.accepts.length)
    for (const offer of offers) {
      const { signer, payload } = await verifyOfferSignatureEIP712(offer)
      expect(signer.toLowerCase()).toBe(key.address)
      expect(payload.resourceUrl).toBe(agentRequest.url)
      expect(payload.validUntil * 1000).toBeLessThanOrEqual(quote.expiresAtMs)
      expect(payload.validUntil * 1000).toBeGreaterThan(quote.expiresAtMs - 60_000)
    }
    const decoded = decodeSignedOffers(offers)
    expect(decoded.map((offer) => findAcceptsObjectFromSignedOffer(offer, required.accepts))).toEqual(required.accepts)
    const forged = { ...offers[0]!, payload: { ...offers[0]!.payload, amount: '1' } }
    expect((await verifyOfferSignatureEIP712(forged)).signer.toLowerCase()).not.toBe(key.address)
  })

  it('name the requested resource in a receipt, not the one that the client claims', async () => {
    const settled = {
      wire: 'x402 v2',
      network: 'eip155:84532',
      payer: payTo.toLowerCase(),
      amountBase: 10_000n,
      txHash: `0x${'ab'.repeat(32)}`,
      settledAtMs: Date.now(),
      decoded: { resource: { url: 'http://elsewhere.test/' } },
    } as const
    const [[, header]] = x402.receipt({ ...settled, resourceUrl: agentRequest.url }) as [[string, string]]
    const response = decodePaymentResponseHeader(header)
    const { receipt } = (response.extensions as { 'offer-receipt': { info: { receipt: EIP712SignedReceipt } } })[
      'offer-receipt'
    ].info
    expect((await verifyReceiptSignatureEIP712(receipt)).signer.toLowerCase()).toBe(key.address)
    expect(verifyReceiptMatchesOffer(receipt, decodeSignedOffers(offers)[0]!, [payTo])).toBe(true)
    const [[, bare]] = x402.receipt(settled) as [[string, string]]
    expect(decodePaymentResponseHeader(bare)).not.toHaveProperty('extensions')
  })
})
