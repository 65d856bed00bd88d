import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findRoute, paths, serveRoute } from './plain-routes'

/** What asks for a cookie by Next's own means, what server.ts has mounted by itself, and what is made of pages. */
const elsewhere = [
  /^\/api\/(auth\/|overview$|search$|health$)/,
  /^\/(gateway|\(dashboard\)|me)\//,
  /^\/facilitator\/(verify|settle|supported)$/,
]

test('every route handler that programs ask for is served without Next', () => {
  const all = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'route.ts')
    .map((file) => `/${path.dirname(file)}`)
    .filter((route) => !elsewhere.some((pattern) => pattern.test(route)))
  expect([...paths].sort()).toEqual(all.sort())
})

test.each([
  ['/api/v1/transactions?limit=1', '/api/v1/transactions', {}],
  ['/api/v1/transactions/simulate', '/api/v1/transactions/simulate', {}],
  ['/api/v1/transactions/a%20b', '/api/v1/transactions/[id]', { id: 'a%20b' }],
  ['/api/v1/transactions/1/events?after=2', '/api/v1/transactions/[id]/events', { id: '1' }],
  ['/api/mcp', '/api/mcp/[[...merchant]]', {}],
  ['/api/mcp/acme', '/api/mcp/[[...merchant]]', { merchant: ['acme'] }],
  ['/api/mcp/acme/more', '/api/mcp/[[...merchant]]', { merchant: ['acme', 'more'] }],
  ['/llms.txt', '/llms.txt', {}],
  ['/docs', '/docs/[[...page]]', {}],
  ['/docs?q=x', '/docs/[[...page]]', {}],
  ['/docs/errors/settlement-pending', '/docs/[[...page]]', { page: ['errors', 'settlement-pending'] }],
])('%s is served by %s', (target, route, params) => {
  expect(findRoute(target)).toMatchObject({ path: route, params })
})

test.each([
  '/',
  '/api/v1/transactions/',
  '/api/v1/%74ransactions',
  '/api/mcp/',
  '/api/v1/transactions/1/2',
  '/api/search',
])('%s is left to Next', (target) => expect(findRoute(target)).toBeUndefined())

test('the headers of a route hold, HEAD is GET without a body, and other methods are named', async () => {
  const ask = (method: string) =>
    serveRoute(new Request('http://sluice.test/api/v1/openapi.json', { method }), '/api/v1/openapi.json')
  const read = await ask('GET')
  expect([read.status, read.headers.get('cache-control'), read.headers.get('x-content-type-options')]).toEqual([
    200,
    'public, max-age=300',
    'nosniff',
  ])
  expect((await ask('HEAD')).status).toBe(200)
  const refused = await ask('DELETE')
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  expect(await refused.json()).toMatchObject({ code: 'method-not-allowed' })
  const asked = await ask('OPTIONS')
  expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
})
