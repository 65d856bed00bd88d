import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStripe, type StripeServer } from '.'
import { canonicalForm, parseForm } from './forms'

/** What a client in any language meets before an object: headers, keys, versions, forms. */

let server: StripeServer
beforeAll(async () => (server = await startStripe()))
afterAll(() => server.stop())

const get = (path: string, headers: Record<string, string>) => fetch(server.url + path, { headers })
const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })
const errorOf = async (response: Response) => ((await response.json()) as { error: Record<string, string> }).error

test('the key comes by Basic or by Bearer', async () => {
  for (const headers of [basic(server.secretKey), { authorization: `Bearer ${server.secretKey}` }]) {
    const response = await get('/v1/balance', headers)
    expect(response.status).toBe(200)
    expect(response.headers.get('request-id')).toMatch(/^req_\w{14}$/)
    expect(response.headers.get('content-type')).toBe('application/json')
  }
})

test.each([
  ['no key', {}, 'You did not provide an API key.'],
  ['an empty key', basic(''), 'You did not provide an API key.'],
  ['a wrong key', basic('sk_test_wrong'), 'Invalid API Key provided: sk_test_*rong'],
])('%s is 401', async (_, headers, message) => {
  const response = await get('/v1/balance', headers)
  expect(response.status).toBe(401)
  const error = await errorOf(response)
  expect(error.type).toBe('invalid_request_error')
  expect(error.message).toContain(message)
  expect(error.request_log_url).toContain(response.headers.get('request-id'))
})

test('an unknown address is 404, an unknown version 400', async () => {
  const nothing = await get('/v1/nothing', basic(server.secretKey))
  expect(nothing.status).toBe(404)
  expect((await errorOf(nothing)).message).toContain('Unrecognized request URL (GET: /v1/nothing)')
  const version = await get('/v1/balance', { ...basic(server.secretKey), 'stripe-version': 'latest' })
  expect(version.status).toBe(400)
  expect((await errorOf(version)).message).toBe('Invalid Stripe API version: latest')
})

test('forms have objects and lists inside each other', () => {
  const form = parseForm('a=1&b[c]=2&b[d][e]=3&f[]=4&f[]=5&g[0][h]=6&g[1][h]=7&metadata[x%20y]=%26')
  expect(JSON.parse(JSON.stringify(form))).toEqual({
    a: '1',
    b: { c: '2', d: { e: '3' } },
    f: { 0: '4', 1: '5' },
    g: { 0: { h: '6' }, 1: { h: '7' } },
    metadata: { 'x y': '&' },
  })
  expect(canonicalForm(parseForm('b=2&a[y]=1&a[x]=0'))).toBe(canonicalForm(parseForm('a[x]=0&a[y]=1&b=2')))
  expect(canonicalForm(parseForm('a=1'))).not.toBe(canonicalForm(parseForm('a=2')))
})

test('a form cannot reach the prototype of objects', () => {
  const form = parseForm('__proto__[polluted]=yes&constructor[prototype][polluted]=yes')
  expect(Object.keys(form)).toEqual(['__proto__', 'constructor'])
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})
