import {
  validateDiscoveryExtension,
  validateDiscoveryExtensionSpec,
  declareDiscoveryExtension,
} from '@x402/extensions/bazaar'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonSchema, Listing } from '@/lib/merchants'
import * as Claimed from './Claimed'

const requirements = {
  scheme: 'exact',
  network: 'eip155:84532',
  amount: '10000',
  asset: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
  payTo: '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
  maxTimeoutSeconds: 300,
  extra: { name: 'USDC', version: '2', quote: 'sealed' },
}

/** As the official server declares it, with the method that it adds when it is asked. */
function official(method: string, config: Parameters<typeof declareDiscoveryExtension>[0]): Record<string, unknown> {
  const { bazaar } = declareDiscoveryExtension(config) as Record<string, { info: { input: object } }>
  return { ...bazaar, info: { ...bazaar!.info, input: { ...bazaar!.info.input, method } } }
}

const get = official('GET', { input: { city: 'Rome' }, inputSchema: { properties: { city: { type: 'string' } } } })
const payload = (change: object = {}, bazaar: unknown = get) => ({
  x402Version: 2,
  resource: {
    url: 'https://api.example.com/weather?city=Rome#x',
    description: 'Weather',
    mimeType: 'application/json',
    ...change,
  },
  extensions: { bazaar },
})
const mcp = declareDiscoveryExtension({ toolName: 'rain', description: 'x', inputSchema: { type: 'object' } }).bazaar

describe('a claim of a client', () => {
  it('is listed as the official server makes it and the official client echoes it', () => {
    expect(Claimed.read(payload(), requirements)).toMatchObject({
      resource: 'https://api.example.com/weather',
      type: 'http',
      operation: 'GET',
      namespace: 'eip155',
      payTo: requirements.payTo.toLowerCase(),
      accept: { ...requirements, extra: { name: 'USDC', version: '2' } },
      extension: get,
    })
    const post = official('POST', { input: { q: 'x' }, bodyType: 'json', output: { example: { a: 1 } } })
    expect(Claimed.read(payload({}, post), requirements)?.operation).toBe('POST')
    expect(Claimed.read(payload({}, mcp), requirements)).toMatchObject({ type: 'mcp', operation: 'rain' })
    const templated = { ...get, routeTemplate: '/:what' }
    expect(Claimed.read(payload({}, templated), requirements)?.resource).toBe('https://api.example.com/:what')
  })

  it.each([
    [
      'another host’s path by a template',
      { bazaar: { ...get, routeTemplate: '/:a/../:b' } },
      { resource: 'https://api.example.com/weather' },
    ],
    [
      'a template of another path',
      { bazaar: { ...get, routeTemplate: '/users/:id' } },
      { resource: 'https://api.example.com/weather' },
    ],
    ['a script for an icon', { iconUrl: 'javascript:alert(1)' }, { iconUrl: undefined }],
    ['an icon over http', { iconUrl: 'http://example.com/i.png' }, { iconUrl: undefined }],
    ['a name that is markup in disguise', { serviceName: 'Acme\u202e' }, { serviceName: undefined }],
    ['tags that are none', { tags: ['ok', 7, '', 'x'.repeat(40)] }, { tags: ['ok'] }],
    ['several lines', { description: 'a\n# b\u2028c' }, { description: 'a # b c' }],
  ])('is listed without %s', (_, { bazaar, ...change }: Record<string, unknown>, kept) => {
    expect(Claimed.read(payload(change, bazaar ?? get), requirements)).toMatchObject(kept)
  })

  it.each([
    ['our own address', payload({ url: 'http://sluice.test/gateway/acme/a' })],
    ['an address in this network', payload({ url: 'https://10.0.0.1/a' })],
    ['an address without TLS', payload({ url: 'http://api.example.com/a' })],
    ['an address with a password', payload({ url: 'https://a:b@api.example.com/a' })],
    ['no address', payload({ url: 'javascript:alert(1)' })],
    ['a schema that leads elsewhere', payload({}, { ...get, schema: { $ref: 'https://evil.example/s' } })],
    ['data that its schema forbids', payload({}, { ...get, schema: { type: 'object', required: ['nothing'] } })],
    ['a body for a GET', payload({}, { ...get, info: { input: { type: 'http', method: 'GET', bodyType: 'json' } } })],
    ['too much', payload({}, { ...get, more: 'x'.repeat(10_000) })],
    ['too deep', payload({}, { ...get, more: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown })],
    ['a NUL', payload({}, { ...get, more: '\u0000' })],
    ['half a character', payload({}, { ...get, more: '\ud800' })],
    ['version 1', { ...payload(), x402Version: 1 }],
  ])('is not listed with %s', (_, claim) => {
    expect(Claimed.read(claim, requirements)).toBeUndefined()
  })

  it('never breaks, and lists nothing that an official directory would not take', () => {
    const word = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<b>', '__proto__', '$ref', '../..', '\u202e'),
    )
    const noise = fc.oneof(fc.jsonValue({ maxDepth: 4 }), word)
    const paths = [
      ['resource', 'url'],
      ['resource', 'description'],
      ['resource', 'tags'],
      ['resource', 'iconUrl'],
      ['resource', 'serviceName'],
      ['extensions', 'bazaar', 'info', 'input', 'method'],
      ['extensions', 'bazaar', 'info', 'input', 'queryParams'],
      ['extensions', 'bazaar', 'info', 'output'],
      ['extensions', 'bazaar', 'schema', 'properties', 'input'],
      ['extensions', 'bazaar', 'schema', 'properties', 'x'],
      ['extensions', 'bazaar', 'schema', 'pattern'],
      ['extensions', 'bazaar', 'routeTemplate'],
      ['extensions', 'bazaar', 'extra'],
    ] as const
    let listed = 0
    fc.assert(
      fc.property(fc.constantFrom(...paths), noise, noise, (at, value, whole) => {
        expect(() => Claimed.read(whole, value)).not.toThrow()
        const claim = structuredClone(payload()) as Record<string, unknown>
        let parent = claim
        for (const name of at.slice(0, -1)) parent = parent[name] as Record<string, unknown>
        parent[at.at(-1)!] = value
        const read = Claimed.read(claim, requirements)
        if (!read) return
        listed++
        expect(read.resource).toMatch(/^https:\/\/[^/\s@]+\.[^/\s@]+\/[^\s?#]*$/)
        expect(read.description).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
        expect(read.description.length).toBeLessThanOrEqual(500)
        expect(read.tags.every(Listing.isWord)).toBe(true)
        expect(JSON.stringify(read.extension).length).toBeLessThanOrEqual(8_192)
        expect(JsonSchema.findFault(read.extension.schema)).toBeUndefined()
        expect(validateDiscoveryExtensionSpec(read.extension).valid).toBe(true)
      }),
      { numRuns: 3_000 },
    )
    expect(listed).toBeGreaterThan(100)
    expect(validateDiscoveryExtension(Claimed.read(payload(), requirements)!.extension as never).valid).toBe(true)
  })
})
