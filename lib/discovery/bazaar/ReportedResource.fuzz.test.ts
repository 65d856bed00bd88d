import {
  validateDiscoveryExtension,
  validateDiscoveryExtensionSpec,
  declareDiscoveryExtension,
} from '@x402/extensions/bazaar'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonSchema, Listing } from '@/lib/merchants'
import * as ReportedResource from './ReportedResource'

const requirements = {
  scheme: 'exact',
  network: 'eip155:84532',
  amount: '10000',
  asset: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
  payTo: '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
  maxTimeoutSeconds: 300,
  extra: { name: 'USDC', version: '2', quote: 'sealed' },
}

/** The extension of the official server, with the method that it adds to a request. */
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

/** The listed entry; undefined if it is refused. */
function listedAs(sent: unknown, required: unknown): ReportedResource.ReportedResource | undefined {
  const read = ReportedResource.read(sent, required)
  return read && 'claimed' in read ? read.claimed : undefined
}

describe('a claim of a client', () => {
  it('is listed in the form of the official server and client', () => {
    expect(listedAs(payload(), requirements)).toMatchObject({
      resource: 'https://api.example.com/weather',
      type: 'http',
      operation: 'GET',
      namespace: 'eip155',
      payTo: requirements.payTo.toLowerCase(),
      accept: { ...requirements, extra: { name: 'USDC', version: '2' } },
      extension: get,
    })
    const post = official('POST', { input: { q: 'x' }, bodyType: 'json', output: { example: { a: 1 } } })
    expect(listedAs(payload({}, post), requirements)?.operation).toBe('POST')
    expect(listedAs(payload({}, mcp), requirements)).toMatchObject({ type: 'mcp', operation: 'rain' })
    const templated = { ...get, routeTemplate: '/:what' }
    expect(listedAs(payload({}, templated), requirements)?.resource).toBe('https://api.example.com/:what')
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
    ['a name with an invisible control character', { serviceName: 'Acme\u202e' }, { serviceName: undefined }],
    ['invalid tags', { tags: ['ok', 7, '', 'x'.repeat(40)] }, { tags: ['ok'] }],
    ['several lines', { description: 'a\n# b\u2028c' }, { description: 'a # b c' }],
  ])('is listed without %s', (_, { bazaar, ...change }: Record<string, unknown>, kept) => {
    expect(listedAs(payload(change, bazaar ?? get), requirements)).toMatchObject(kept)
  })

  it.each([
    ['an address of this server', payload({ url: 'http://sluice.test/gateway/acme/a' })],
    ['an address in this network', payload({ url: 'https://10.0.0.1/a' })],
    ['an address without TLS', payload({ url: 'http://api.example.com/a' })],
    ['an address with a password', payload({ url: 'https://a:b@api.example.com/a' })],
    ['an address without a host', payload({ url: 'javascript:alert(1)' })],
    ['a schema that leads elsewhere', payload({}, { ...get, schema: { $ref: 'https://evil.example/s' } })],
    ['data that its schema forbids', payload({}, { ...get, schema: { type: 'object', required: ['nothing'] } })],
    ['a body for a GET', payload({}, { ...get, info: { input: { type: 'http', method: 'GET', bodyType: 'json' } } })],
    ['too many bytes', payload({}, { ...get, more: 'x'.repeat(10_000) })],
    ['nested members too deep', payload({}, { ...get, more: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown })],
    ['a NUL', payload({}, { ...get, more: '\u0000' })],
    ['a lone surrogate', payload({}, { ...get, more: '\ud800' })],
    ['version 1', { ...payload(), x402Version: 1 }],
  ])('is not listed with %s', (_, claim) => {
    expect(listedAs(claim, requirements)).toBeUndefined()
  })

  const tool = (url: string, bazaar: unknown = mcp) => listedAs(payload({ url }, bazaar), requirements)
  const why = (sent: unknown) => {
    const read = ReportedResource.read(sent, requirements)
    return read && 'rejected' in read ? read.rejected : undefined
  }

  it('lists a tool at an address that names it, once for each recipient', () => {
    const owner = requirements.payTo.toLowerCase()
    for (const url of ['mcp://tool/rain', 'mcp://tool/rain?units=mm', 'MCP://tool/rain', 'mcp://tool/ra%69n'])
      expect(tool(url)).toMatchObject({ type: 'mcp', operation: 'rain', namespace: `eip155:${owner}` })
    expect(tool('mcp://tool/rain?units=mm')?.resource).toBe('mcp://tool/rain')
    expect(tool('x402://rain')?.resource).toBe('x402://rain')
    expect(tool('https://mcp.example.com/mcp')).toMatchObject({ operation: 'rain', namespace: 'eip155' })
  })

  it('gives the reason of a refusal', () => {
    const long = `/${'a'.repeat(2_100)}`
    expect(why(payload({ url: 'mcp://tool/sun' }, mcp))).toMatch(/another tool/)
    expect(why(payload({ url: 'mcp://tool/rain' }))).toMatch(/https/)
    expect(why(payload({ url: `https://api.example.com${long}` }))).toMatch(/more than 2048 characters/)
    expect(why(payload({}, { ...get, more: 'x'.repeat(10_000) }))).toMatch(/more than 8192 characters/)
    expect(why(payload({}, { ...get, info: {} }))).toMatch(/extensions\.bazaar\.info\.input/)
    expect(why(payload({ url: 7 }))).toMatch(/resource\.url/)
    expect(why({ x402Version: 2, resource: { url: 'https://api.example.com/a' } })).toBeUndefined()
  })

  it('drops a long query from the address', () => {
    const url = `https://api.example.com/a?q=${'a'.repeat(9_000)}`
    expect(listedAs(payload({ url }), requirements)?.resource).toBe('https://api.example.com/a')
  })

  it('never throws, and lists only entries that an official directory accepts', () => {
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
        expect(() => listedAs(whole, value)).not.toThrow()
        const claim = structuredClone(payload()) as Record<string, unknown>
        let parent = claim
        for (const name of at.slice(0, -1)) parent = parent[name] as Record<string, unknown>
        parent[at.at(-1)!] = value
        const read = listedAs(claim, requirements)
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
    expect(validateDiscoveryExtension(listedAs(payload(), requirements)!.extension as never).valid).toBe(true)
  })
})
