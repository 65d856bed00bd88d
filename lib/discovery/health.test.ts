import { describe, expect, it } from 'vitest'
import { describeChallenge } from '@/lib/gateway'
import { Listing, type Resource } from '@/lib/merchants'
import { health } from '.'

const payTo = '0x1111111111111111111111111111111111111111'
const good: Resource = {
  id: '7d5e2f3c-0b0a-4c57-9a54-0d9c1a6b2c11',
  merchantId: 'm',
  merchantSlug: 'acme',
  method: 'POST',
  path: '/weather/:day',
  name: 'Weather',
  description: 'The weather of a day in a city, by the hour.',
  mimeType: 'application/json',
  upstreamUrl: 'https://upstream.example/x',
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
  depositUnits: 1,
  permit2: false,
  contractPayers: false,
  ownPayouts: true,
  listing: Listing.Schema.parse({
    serviceName: 'Acme Weather',
    tags: 'weather',
    iconUrl: 'https://acme.example/icon.png',
    body: { schema: '{"type":"object","required":["city"],"properties":{"city":{"type":"string"}}}' },
    output: { example: '{"rain":true}' },
  }),
  accessSeconds: null,
  identifierRequired: false,
  status: 'live',
  revision: 1,
  payouts: [{ network: 'eip155:8453', payTo }],
  headers: [],
}

// As in production: a public address, and a network with real money.
process.env.PUBLIC_URL = 'https://shop.example'
process.env.NETWORKS = JSON.stringify({
  'eip155:8453': { rpcUrls: ['http://127.0.0.1:9'] },
  'eip155:84532': { rpcUrls: ['http://127.0.0.1:9'] },
})

function examine(change: Partial<Resource> = {}) {
  const resource = { ...good, ...change }
  const { score, checks } = health(resource, describeChallenge(resource, 0), 0)
  return { score, open: checks.filter(({ state }) => state !== 'pass').map(({ name, state }) => `${state}: ${name}`) }
}

const listed = (change: Partial<Listing.Listing>) => ({ listing: { ...good.listing, ...change } })

describe('health', () => {
  it('is 100 if every directory accepts the resource', () => {
    expect(examine()).toEqual({ score: 100, open: [] })
  })

  it.each<[string, Partial<Resource>, string[]]>([
    ['a paused one', { status: 'paused' }, ['fail: On sale']],
    ['a draft', { status: 'draft' }, ['fail: On sale']],
    ['one without a description', { description: '' }, ['fail: Description']],
    ['one with a short description', { description: 'Weather' }, ['warn: Description']],
    ['one without declared inputs', listed({ body: undefined }), ['fail: Way to call it']],
    ['one whose schema names nothing', listed({ body: { schema: { type: 'object' } } }), ['warn: Way to call it']],
    ['one without an example', listed({ output: undefined }), ['warn: Example of the answer']],
    ['one of another media type', { mimeType: 'image/png' }, ['warn: Example of the answer']],
    [
      'one without tags, name and icon',
      { listing: { ...Listing.none, body: good.listing.body, output: good.listing.output } },
      ['warn: Tags', 'warn: Service name and icon'],
    ],
    ['one whose path no catalogue accepts', { path: "/it's/:day" }, ['warn: Bazaar entry']],
    ['an expensive one', { priceMicros: 50_000_000n }, ['warn: Price']],
    ['one for less than its transfer', { priceMicros: 1n }, ['warn: Price']],
    ['one on a test network', { payouts: [{ network: 'eip155:84532', payTo }] }, ['warn: Networks']],
    [
      'one that pays a signer',
      { payouts: [{ network: 'eip155:8453', payTo: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }] },
      ['fail: Pay-to addresses'],
    ],
    ['one without a payout', { payouts: [] }, ['fail: x402 challenge', 'warn: MPP challenge', 'fail: Networks']],
  ])('finds %s', (_, change, open) => {
    const found = examine(change)
    expect(found.open).toEqual(open)
    expect(found.score).toBeLessThan(100)
  })
})
