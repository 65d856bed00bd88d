import { afterEach, expect, it } from 'vitest'
import { start, stopAll } from '@/sandbox/testing/listener-harness'

/** What the listener sends to browsers, in bytes. e2e/agents/browser.spec.ts uses a real browser. */

afterEach(stopAll)

const corsOf = (answer: string) => answer.split('\r\n\r\n')[0]!.match(/^access-control-[^\r]*/gim) ?? []
const ask = (target: string, more = '', method = 'GET') =>
  `${method} ${target} HTTP/1.1\r\nHost: h\r\n${more}Connection: close\r\n\r\n`
const fromPage = 'Origin: https://dapp.example\r\n'
const open = [
  'Access-Control-Allow-Origin: *',
  expect.stringMatching(/^Access-Control-Expose-Headers: PAYMENT-REQUIRED,.*, \*$/),
]

it.each(['/gateway/acme/a', '/facilitator/verify', '/api/mcp', '/openapi.json', '/.well-known/x402'])(
  'a preflight of %s is answered by the listener itself',
  async (target) => {
    let calls = 0
    const { raw, pages } = await start(() => new Response(String(++calls)))
    const preflightHeaders =
      'Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: payment-signature,x-own\r\nAccess-Control-Request-Private-Network: true\r\n'
    const answer = await raw(ask(target, fromPage + preflightHeaders, 'OPTIONS'))
    expect(answer).toMatch(/^HTTP\/1.1 204 /)
    expect(corsOf(answer)).toEqual([
      'Access-Control-Allow-Origin: *',
      expect.stringContaining('POST'),
      expect.stringMatching(/PAYMENT-SIGNATURE.*x-own/),
      'Access-Control-Max-Age: 86400',
      'Access-Control-Allow-Private-Network: true',
    ])
    expect([calls, pages]).toEqual([0, []])
    // An OPTIONS that is not a preflight goes to the handler.
    await raw(ask(target, fromPage, 'OPTIONS'))
    expect(calls + pages.length).toBe(1)
  },
)

it('every gateway answer has its own CORS headers once, in place of the upstream’s', async () => {
  const { raw } = await start((request) => {
    const { pathname } = new URL(request.url)
    if (pathname.endsWith('/402')) return Response.json({}, { status: 402, headers: { 'Cache-Control': 'no-store' } })
    return new Response('x')
  })
  for (const target of [
    '/gateway/acme/402',
    '/gateway/acme/a',
    '/gateway/acme/../a',
    `/gateway/a?${'x'.repeat(9_000)}`,
  ])
    expect(corsOf(await raw(ask(target, fromPage)))).toEqual(open)
  for (const target of ['/facilitator/discovery/resources', '/api/mcp/acme', '/llms.txt', '/openapi.json?x'])
    expect(corsOf(await raw(ask(target, fromPage)))).toEqual(open)
  // Without an Origin: no CORS headers on a 402, and the usual ones on an answer that a cache may keep.
  expect(corsOf(await raw(ask('/gateway/acme/402')))).toEqual([])
  expect(corsOf(await raw(ask('/gateway/acme/a')))).toEqual(open)
})

it('so has every refusal of the HTTP parser', async () => {
  const { raw } = await start(() => new Response('x'))
  const answer = await raw(ask('/gateway/acme/a', `${fromPage}X-PAYMENT: ${'x'.repeat(17_000)}\r\n`))
  expect(answer).toMatch(/^HTTP\/1.1 431 /)
  expect(corsOf(answer)).toEqual(open)
})

it.each([
  '/',
  '/payments',
  '/sign-in',
  '/api/v1/transactions',
  '/api/auth/nonce',
  '/api/search?q=/gateway/',
  '/api/health',
])('%s has no CORS headers', async (target) => {
  const { raw } = await start(() => new Response('x'))
  const asked = `${fromPage}Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n`
  for (const request of [ask(target, fromPage), ask(target, asked, 'OPTIONS'), ask(`${target}%ff`, fromPage)])
    expect(corsOf(await raw(request))).toEqual([])
})
