import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import * as Route from './Route'

function resource(method: string, path: string, more: Partial<Resource> = {}): Resource {
  return {
    id: `${method} ${path}`,
    merchantId: 'm',
    merchantSlug: 'acme',
    method,
    path,
    name: path,
    description: '',
    mimeType: 'application/json',
    upstreamUrl: `https://up.example${path}`,
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
    depositUnits: 1_000,
    listing: { tags: [] },
    accessSeconds: null,
    identifierRequired: false,
    permit2: false,
    contractPayers: false,
    ownPayouts: true,
    status: 'live',
    revision: 1,
    payouts: [],
    headers: [],
    ...more,
  }
}

const resources = [
  resource('GET', '/api/paid/:id'),
  resource('GET', '/api/paid/a'),
  resource('POST', '/api/paid/:id'),
  resource('GET', '/api/free', { priceMicros: 0n }),
  resource('GET', '/api/draft', { status: 'draft' }),
  resource('GET', '/api/archived', { status: 'archived' }),
  resource('GET', '/api/paused', { status: 'paused' }),
  resource('POST', '/only/post'),
  resource('GET', '/caf%C3%A9'),
  resource('GET', '/w/:a/:b/:c'),
  resource('GET', '/'),
]

function refusal(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('Route.match', () => {
  it.each([
    ['GET', '/api/paid/a', 'GET /api/paid/a', {}],
    ['GET', '/api/paid/b', 'GET /api/paid/:id', { id: 'b' }],
    ['POST', '/api/paid/a', 'POST /api/paid/:id', { id: 'a' }],
    ['GET', '/api/paid/a%20b', 'GET /api/paid/:id', { id: 'a b' }],
    ['GET', '/api/paid/x@y.z', 'GET /api/paid/:id', { id: 'x@y.z' }],
    ['GET', '/api/paid/x%40y.z', 'GET /api/paid/:id', { id: 'x@y.z' }],
    ['GET', '/api/paid/50%25', 'GET /api/paid/:id', { id: '50%' }],
    ['GET', '/api/paid/__proto__', 'GET /api/paid/:id', { id: '__proto__' }],
    ['GET', '/caf%C3%A9', 'GET /caf%C3%A9', {}],
    ['GET', '/caf%c3%a9', 'GET /caf%C3%A9', {}],
    ['GET', '/w/2/3/4', 'GET /w/:a/:b/:c', { a: '2', b: '3', c: '4' }],
    ['GET', '/', 'GET /', {}],
  ])('%s %s is %s', (method, path, id, params) => {
    const found = Route.match(resources, method, path)
    expect(found.resource.id).toBe(id)
    expect({ ...found.params }).toEqual(params)
  })

  it('answers 405 with the methods that are sold', () => {
    const error = refusal(() => Route.match(resources, 'DELETE', '/api/paid/a'))
    expect([error.code, error.status]).toEqual(['method-not-allowed', 405])
    expect(error.headers.Allow).toBe('GET, HEAD, OPTIONS, POST')
  })

  // docs/security.md#t19: no resource has any of these paths.
  const variants = [
    '',
    'api/paid/a',
    '//api/paid/a',
    '/api//paid/a',
    '/api/paid//a',
    '/api/paid/a/',
    '/api/paid/',
    '/API/paid/a',
    '/api/Paid/a',
    '/api/./paid/a',
    '/api/x/../paid/a',
    '/api/paid/..',
    '/api/paid/.',
    '/api/paid/%2e%2e',
    '/api/paid/%2E',
    '/api/%2e/paid/a',
    '/api/paid%2Fa',
    '/api/paid%2fa',
    '/api/paid/%2Fa',
    '/api/paid/a%5Cb',
    '/api/paid/a%5cb',
    '/api/paid/a\\b',
    '\\api\\paid\\a',
    '/api/p%61id/a',
    '/api/paid/%61',
    '/api/%70aid/a',
    '/api/%2570aid/a',
    '/api/paid/%252e%252e',
    '/api/paid/%252F',
    '/api/paid/a%',
    '/api/paid/a%2',
    '/api/paid/%zz',
    '/api/paid/%c0',
    '/api/paid/%c0%ae',
    '/api/paid/a%0A',
    '/api/paid/a\n',
    '/api/paid/%00',
    '/api/paid/%7F',
    '/api/paid/%C2%85',
    '/api/paid/%E2%80%A8',
    '/api/paid/a b',
    '/api/paid/a"',
    '/api/paid/<a>',
    '/api/paid/é',
    '/api;x/paid/a',
    '/api/paid;x/a',
    '/api/free;x',
    '/api/free.rsc',
    '/_next/data/api/free',
    '/api/free.segments/_tree.segment.rsc',
    '/api/draft',
    '/api/archived',
    `/api/paid/${'a'.repeat(3_000)}`,
  ]
  it.each(variants)('does not serve %j', (path) => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'get', 'PROPFIND']) {
      const error = refusal(() => Route.meaning(resources, method, path))
      expect([error.code, error.status]).toEqual(['resource-not-found', 404])
    }
  })
  it('is tested with at least 40 variants', () => expect(variants.length).toBeGreaterThanOrEqual(40))

  it('maps every accepted spelling to the same resource', () => {
    for (const path of ['/api/paid/a;x', '/api/paid/a.rsc', '/api/paid/a,b'])
      expect(Route.match(resources, 'GET', path).resource.id).toBe('GET /api/paid/:id')
  })
})

describe('Route.meaning', () => {
  it('never lets HEAD or OPTIONS reach paid work', () => {
    expect(Route.meaning(resources, 'HEAD', '/api/paid/a')).toMatchObject({
      kind: 'price',
      resource: { id: 'GET /api/paid/a' },
    })
    expect(Route.meaning(resources, 'OPTIONS', '/api/paid/a')).toEqual({
      kind: 'options',
      allow: 'GET, HEAD, OPTIONS, POST',
    })
    expect(Route.meaning(resources, 'OPTIONS', '/api/free')).toEqual({ kind: 'options', allow: 'GET, HEAD, OPTIONS' })
  })

  it('refuses HEAD where only POST is sold', () => {
    const error = refusal(() => Route.meaning(resources, 'HEAD', '/only/post'))
    expect(error.code).toBe('method-not-allowed')
    expect(error.headers.Allow).not.toContain('HEAD')
  })

  it('accepts HEAD wherever GET exists: free calls are passed on, paid ones return the price', () => {
    const kindOf = (changes: Partial<Resource>) => Route.meaning([resource('GET', '/a', changes)], 'HEAD', '/a').kind
    expect(kindOf({ priceMicros: 0n })).toBe('call')
    expect(kindOf({ priceMicros: 1n })).toBe('price')
    expect(kindOf({ priceMicros: 0n, pricing: { freePerDay: 1 } as Resource['pricing'] })).toBe('price')
  })

  it('refuses methods in another case and unknown ones', () => {
    for (const method of ['get', 'Get', 'TRACE', 'PROPFIND', 'QUERY'])
      expect(refusal(() => Route.meaning(resources, method, '/api/paid/a')).code).toBe('method-not-allowed')
  })

  it('serves a HEAD or OPTIONS that is declared', () => {
    const declared = [resource('HEAD', '/h'), resource('OPTIONS', '/h')]
    expect(Route.meaning(declared, 'HEAD', '/h')).toMatchObject({ kind: 'call', resource: { method: 'HEAD' } })
    expect(Route.meaning(declared, 'OPTIONS', '/h')).toMatchObject({ kind: 'call', resource: { method: 'OPTIONS' } })
  })

  it('lists the resources at /openapi.json, unless a resource has that path', () => {
    for (const method of ['GET', 'HEAD'])
      expect(Route.meaning(resources, method, '/openapi.json')).toEqual({
        kind: 'catalogue',
        document: '/openapi.json',
      })
    expect(refusal(() => Route.meaning(resources, 'POST', '/openapi.json')).code).toBe('resource-not-found')
    const own = [resource('GET', '/openapi.json', { priceMicros: 0n })]
    expect(Route.meaning(own, 'GET', '/openapi.json')).toMatchObject({ kind: 'call' })
    expect(Route.meaning(own, 'HEAD', '/openapi.json')).toMatchObject({ kind: 'call' })
    expect(Route.meaning([resource('GET', '/:file')], 'GET', '/openapi.json')).toMatchObject({ kind: 'call' })
    const archived = [resource('GET', '/openapi.json', { status: 'archived' })]
    expect(Route.meaning(archived, 'GET', '/openapi.json')).toEqual({ kind: 'catalogue', document: '/openapi.json' })
    // The gateway answers 503 for it.
    expect(Route.meaning(resources, 'GET', '/api/paused')).toMatchObject({
      kind: 'call',
      resource: { status: 'paused' },
    })
  })
})

describe('Route.parseTarget', () => {
  it('splits a raw target', () => {
    expect(Route.parseTarget('/gateway/acme/a/b?x=%2F..&y')).toEqual({
      merchantSlug: 'acme',
      path: '/a/b',
      query: 'x=%2F..&y',
    })
    expect(Route.parseTarget('/gateway/acme/')).toEqual({ merchantSlug: 'acme', path: '/', query: '' })
    expect(Route.parseTarget('/gateway/acme/a?')).toEqual({ merchantSlug: 'acme', path: '/a', query: '' })
  })

  it.each([
    '/gateway/',
    '/gateway/acme',
    '/gateway//a',
    '/gateway/acme//',
    '/gateway/acme/a/',
    '/gateway/acme/../b/x',
    '/gateway/%2e%2e/x',
    '/gateway/acme/a#b',
    '/other/acme/a',
    'http://host/gateway/acme/a',
    '*',
  ])('refuses %s', (target) => {
    expect(refusal(() => Route.parseTarget(target)).code).toBe('resource-not-found')
  })
})

describe('Route.fill', () => {
  it('puts each value into one segment', () => {
    expect(Route.fill('https://up.example:8443/v1/:id/x', { id: 'a b@c/../d' })).toBe(
      'https://up.example:8443/v1/a%20b%40c%2F..%2Fd/x',
    )
    expect(Route.fill('/:a/:b', { a: '1' })).toBe('/1/:b')
    expect(Route.fill('/:toString', {})).toBe('/:toString')
  })
})
