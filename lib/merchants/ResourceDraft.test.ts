import { describe, expect, it } from 'vitest'
import { signerFor } from '@/lib/chains'
import type { AppError } from '@/lib/errors'
import { ResourceDraft } from '.'

const payTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const good = {
  name: 'Fortune',
  method: 'GET' as const,
  path: '/v1/fortune',
  upstreamUrl: 'https://api.example.com/v1/fortune',
  price: '0.01',
  payouts: [{ network: 'eip155:84532', payTo }],
}

/** Tempo has channels. */
const sessions = { session: true, payouts: [...good.payouts, { network: 'eip155:1337', payTo }] }

const perToken = {
  count: { of: 'response-number', at: '/usage/total_tokens' },
  name: 'token',
  per: '1000',
  tiers: [{ upTo: '', price: '0.01' }],
}
const byTheToken = { unit: perToken, maxCharge: '0.1' }

const action = {
  method: 'POST',
  policyId: '11111111-1111-4111-8111-111111111111',
  execution: {
    network: 'eip155:84532',
    calls: [{ to: payTo, abi: 'function ping()', args: [], value: { literal: '0' } }],
  },
}

function errors(change: Record<string, unknown>): Record<string, string> {
  try {
    ResourceDraft.parse({ ...good, ...change })
    return {}
  } catch (error) {
    return Object.fromEntries((error as AppError).fields.map(({ field, message }) => [field, message]))
  }
}

describe('parse', () => {
  it('reads a good draft, price to the last micro-dollar', () => {
    const draft = ResourceDraft.parse({
      ...good,
      price: '$0.000001',
      payouts: [{ network: 'eip155:1337', payTo: payTo.toLowerCase() }],
    })
    expect(draft).toMatchObject({ priceMicros: 1n, settle: null, timeoutMs: 30_000, mimeType: 'application/json' })
    expect(draft.payouts).toEqual([{ network: 'eip155:1337', payTo }])
  })

  it.each(['/', '/a', '/v1/:id/x', '/a.b', '/a~b', '/x:y'])('takes the path %s', (path) => {
    expect(errors({ path })).toEqual({})
  })

  it.each([
    '',
    'a',
    '/a/',
    '//a',
    '/a//b',
    '/a/../b',
    '/./a',
    '/a%2Fb',
    '/a%2e',
    '/a?b',
    '/a#b',
    '/a\\b',
    '/a b',
    '/:1x',
    '/:a/:a',
    '/ä',
  ])('refuses the path %j and says the way out', (path) => {
    expect(errors({ path }).path).toMatch(/\w+/)
  })

  it.each([
    ['price', { price: '0.0000001' }],
    ['price', { price: '-1' }],
    ['price', { price: '' }],
    ['upstreamUrl', { upstreamUrl: 'ftp://x' }],
    ['upstreamUrl', { upstreamUrl: 'https://user:pass@x/' }],
    ['upstreamUrl', { upstreamUrl: 'https://x/:missing' }],
    ['timeoutMs', { timeoutMs: '5' }],
    ['timeoutMs', { timeoutMs: 'soon' }],
    ['payouts', { payouts: [] }],
    ['payouts.eip155:1', { payouts: [{ network: 'eip155:1', payTo }] }],
    ['payouts.eip155:84532', { payouts: [{ network: 'eip155:84532', payTo: payTo.replace('A65', 'a65') }] }],
    ['payouts.eip155:84532', { payouts: [{ network: 'eip155:84532', payTo: '0x1' }] }],
    ['settle', { settle: 'after', streaming: true }],
    ['method', { method: 'TRACE' }],
    ['session', { session: true, meter: 'units', streaming: true }],
    ['meter', { meter: 'event', streaming: true }],
    ['meter', { ...sessions, meter: 'units' }],
    ['meter', { ...sessions, meter: 'byte' }],
    ['unitType', { ...sessions, unitType: '' }],
    ['unitType', { ...sessions, unitType: 'Tokens' }],
    ['unitType', { ...sessions, unitType: 'a'.repeat(33) }],
    ['depositUnits', { ...sessions, depositUnits: '0' }],
    ['depositUnits', { ...sessions, depositUnits: '1000001' }],
    ['depositUnits', { ...sessions, depositUnits: '1.5' }],
    ['depositUnits', { ...sessions, depositUnits: 'many' }],
    ['name', { name: ' ' }],
  ])('names the field %s', (field, change) => {
    expect(Object.keys(errors(change))).toEqual([field])
  })

  it('keeps a fixed price fixed, and a policy beside the price that lists show', () => {
    expect(ResourceDraft.parse({ ...good, pricing: {} })).toMatchObject({
      priceMicros: 10_000n,
      pricing: null,
      note: '',
    })
    const draft = ResourceDraft.parse({ ...good, price: '0.001', pricing: byTheToken, note: ' Cheaper. ' })
    expect(draft).toMatchObject({ priceMicros: 100_000n, pricing: { baseMicros: 1_000n }, note: 'Cheaper.' })
  })

  const off = { wallet: payTo, percent: '100' }
  it.each([
    ['pricing.maxCharge', { pricing: { ...byTheToken, maxCharge: '' } }],
    [
      'pricing.unit.tiers.0.price',
      { pricing: { ...byTheToken, unit: { ...perToken, tiers: [{ upTo: '', price: 'x' }] } } },
    ],
    ['pricing.unit.count.of', { pricing: byTheToken, settle: 'before' }],
    ['pricing.unit.count.of', { pricing: byTheToken, streaming: true }],
    ['pricing.unit.count.of', { pricing: byTheToken, sideEffects: true }],
    ['pricing.unit.count.of', { pricing: byTheToken, payouts: [{ network: 'eip155:1337', payTo }] }],
    ['pricing.freePerDay', { ...sessions, meter: 'event', streaming: true, pricing: { freePerDay: '5' } }],
    ['pricing.discounts.0.percent', { ...action, pricing: { discounts: [off] } }],
    ['note', { note: 'x'.repeat(201) }],
  ])('names the field %s of a price that cannot be', (field, change) => {
    expect(Object.keys(errors(change))).toEqual([field])
  })

  it('takes a price by the answer where sessions can pay it, and one by the request everywhere', () => {
    const tempo = [{ network: 'eip155:1337', payTo }]
    expect(errors({ pricing: byTheToken, payouts: tempo, session: true })).toEqual({})
    const inRequest = { ...byTheToken, unit: { ...perToken, count: { of: 'query', at: 'limit' } } }
    expect(errors({ pricing: inRequest, payouts: tempo, streaming: true })).toEqual({})
  })

  it('reads what sessions are asked for, and asks for none by itself', () => {
    const plain = { session: false, meter: 'request', unitType: 'request', depositUnits: 1_000 }
    expect(ResourceDraft.parse(good)).toMatchObject(plain)
    const metered = { ...sessions, meter: 'units', streaming: true, unitType: ' token ', depositUnits: '500' }
    expect(ResourceDraft.parse({ ...good, ...metered })).toMatchObject({
      session: true,
      meter: 'units',
      unitType: 'token',
      depositUnits: 500,
    })
  })

  it('refuses objects where text belongs', () => {
    expect(Object.keys(errors({ path: { contains: '' }, price: 1 })).toSorted()).toEqual(['path', 'price'])
  })
})

it('draws an unfinished draft whose challenge is already known', () => {
  const { draft, errors: found } = ResourceDraft.parseUnfinished({ ...good, name: '', upstreamUrl: '' })
  expect(draft).toMatchObject({ path: '/v1/fortune', priceMicros: 10_000n })
  expect(found.map(({ field }) => field).toSorted()).toEqual(['name', 'upstreamUrl'])
  expect(ResourceDraft.parseUnfinished({ ...good, price: 'x' }).draft).toBeUndefined()
})

it.each(['settlement', 'refund', 'execution'] as const)('warns when revenue would go to a signer for %s', (purpose) => {
  const signer = signerFor('eip155:84532', purpose)?.address ?? ''
  const draft = ResourceDraft.parse({ ...good, payouts: [{ network: 'eip155:84532', payTo: signer }] })
  expect(ResourceDraft.findWarnings(draft).map(({ field }) => field)).toEqual(['payouts.eip155:84532'])
  expect(ResourceDraft.findWarnings(draft)[0]?.message).toContain(purpose)
  expect(ResourceDraft.findWarnings(ResourceDraft.parse(good))).toEqual([])
})
