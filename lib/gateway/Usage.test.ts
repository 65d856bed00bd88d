import { describe, expect, it } from 'vitest'
import { PricePlan, Quote } from '@/lib/pricing'
import { createCtx } from '../ctx'
import { chargeOf } from './metered-charge'
import { isQuotedFor, priceRequest } from './price-request'
import type { PricedRequest } from './PricedRequest'
import * as Usage from './Usage'

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
const body = (text: string) => ({ kind: 'bytes' as const, bytes: bytes(text), digest: `sha-256=:${text.length}:` })
const answer = (text: string, headers: [string, string][] = []) => ({ headers, body: bytes(text) })

describe('units of a request', () => {
  const count = { of: 'request-number', at: '/options/max~1n' } as const
  it.each([
    ['{"options":{"max/n":7}}', 7n],
    ['{"options":{"max/n":7.9}}', 7n],
    ['{"options":{"max/n":"12"}}', 12n],
    ['{"options":{"max/n":-1}}', undefined],
    ['{"options":{"max/n":1e300}}', undefined],
    ['{"options":{"max/n":null}}', undefined],
    ['{"options":[]}', undefined],
    ['{"__proto__":{"options":{"max/n":1}}}', undefined],
    ['not json', undefined],
  ])('are the number in %s', (text, units) => {
    expect(Usage.inRequest(count, { query: '', body: body(text) })).toBe(units)
  })

  it.each([
    ['limit=5', 5n],
    ['a=b&limit=0', 0n],
    // An upstream may read the other value.
    ['limit=1&limit=1000', undefined],
    ['limit=', undefined],
    ['limit=-5', undefined],
    ['limit=0x10', undefined],
    ['', undefined],
  ])('are the parameter of "%s"', (query, units) => {
    expect(Usage.inRequest({ of: 'query', at: 'limit' }, { query, body: { kind: 'none' } })).toBe(units)
  })

  it('are the bytes of its body, if they are known', () => {
    const inBody = (of: Parameters<typeof Usage.inRequest>[1]['body']) =>
      Usage.inRequest({ of: 'request-bytes' }, { query: '', body: of })
    expect(inBody(body('12345'))).toBe(5n)
    expect(inBody({ kind: 'none' })).toBe(0n)
    expect(inBody({ kind: 'stream', stream: new ReadableStream(), digest: 'x' })).toBeUndefined()
  })
})

describe('units of an answer', () => {
  it('are a number, a header, bytes or events', async () => {
    const inAnswer = (count: PricePlan.UnitCount, of: Usage.CompleteAnswer) => Usage.inAnswer(count, of)
    const tokens = { of: 'response-number', at: '/usage/total_tokens' } as const
    expect(await inAnswer(tokens, answer('{"usage":{"total_tokens":1234}}'))).toBe(1234n)
    expect(await inAnswer(tokens, answer('{"usage":{}}'))).toBeUndefined()
    const header = { of: 'response-header', at: 'x-tokens-used' } as const
    expect(await inAnswer(header, answer('', [['X-Tokens-Used', '17']]))).toBe(17n)
    expect(await inAnswer(header, answer('', [['x-tokens-used', '17, 18']]))).toBeUndefined()
    expect(await inAnswer({ of: 'response-bytes' }, answer('ä'))).toBe(2n)
    const stream = answer('units: 2\ndata: a\n\n: comment\n\ndata: b\nunits: 3\n\n')
    expect(await inAnswer({ of: 'events' }, stream)).toBe(2n)
    expect(await inAnswer({ of: 'event-units' }, stream)).toBe(5n)
  })
})

const ctx = createCtx({ kind: 'agent', id: 'test' })
const byTheToken: PricePlan.PricePlan = {
  ...PricePlan.fixed(1_000n),
  unit: {
    count: { of: 'response-number', at: '/tokens' },
    name: 'token',
    per: 1n,
    tiers: [{ upTo: null, micros: 10n }],
  },
  maxMicros: 5_000n,
}
const pricedBy = (pricing: PricePlan.PricePlan | null) => ({
  id: '0198c000-0000-7000-8000-000000000001',
  revision: 1,
  priceMicros: 9_000n,
  pricing,
  payouts: [{ network: 'eip155:84532' as const, payTo: '0x1111111111111111111111111111111111111111' as const }],
})
const asking = (query: string, text = '') =>
  ({ ctx, agentRequest: { query, bodyDigest: text }, body: body(text) }) as unknown as PricedRequest

describe('a quote of a request', () => {
  it('is the fixed price, for any request', () => {
    const quote = priceRequest(asking('a=1'), pricedBy(null))
    expect(quote).toMatchObject({ priceMicros: 9_000n })
    expect(isQuotedFor(quote, asking('a=2').agentRequest)).toBe(true)
  })

  it('does not pay for a larger request than the one it was counted in', () => {
    const unit = { ...byTheToken.unit!, count: { of: 'query' as const, at: 'limit' } }
    const quote = priceRequest(asking('limit=5'), pricedBy({ ...byTheToken, unit }))
    expect(quote).toMatchObject({ priceMicros: 1_050n })
    expect(isQuotedFor(quote, asking('limit=5').agentRequest)).toBe(true)
    expect(isQuotedFor(quote, asking('limit=500').agentRequest)).toBe(false)
    expect(isQuotedFor(quote, asking('limit=5', 'x').agentRequest)).toBe(false)
    expect(priceRequest(asking('limit=9999999'), pricedBy({ ...byTheToken, unit })).priceMicros).toBe(5_000n)
  })

  it('is the maximum of a metered price, and an answer costs its counted units', async () => {
    const resource = pricedBy({ ...byTheToken, discounts: [{ wallet: '0xa', percent: 50 }] })
    const quote = priceRequest({ ...asking(''), agent: { wallet: '0xa' } }, resource)
    expect(quote).toMatchObject({ priceMicros: 5_000n, metered: { scale: 5_000 } })
    const charged = (text: string) => chargeOf({ quote, resource } as unknown as PricedRequest, answer(text))
    expect(await charged('{"tokens":100}')).toBe(1_000n)
    expect(await charged('{"tokens":100000}')).toBe(5_000n)
    expect(await charged('{}')).toBe(500n)
    const { payouts, ...sealed } = quote
    expect(Quote.open(Quote.seal(quote, 'x'.repeat(32)), resource.id, ['x'.repeat(32)])).toEqual(sealed)
    expect(payouts).toEqual(resource.payouts)
  })
})
