import { expect, it } from 'vitest'
import * as Cors from './Cors'

it.each([
  '/gateway',
  '/gateway/acme/a?x=/payments',
  '/facilitator/verify',
  '/facilitator/discovery/search?q=a',
  '/api/mcp',
  '/api/mcp?x',
  '/api/mcp/acme',
  '/openapi.json',
  '/llms.txt?x',
  '/.well-known/x402',
])('%s is for every origin', (target) => {
  expect(Cors.isShared(target)).toBe(true)
})

it.each([
  '/',
  '/payments',
  '/sign-in',
  '/gatewayx',
  '/api/mcpx',
  '/api/v1/transactions',
  '/api/v1/openapi.json',
  '/api/auth/nonce',
  '/api/health',
  '/facilitators',
  '/openapi.jsonx',
  '/api/mcp/../v1/payments/1',
  '/api/mcp/%2E%2e/v1/payments/1',
  '/facilitator/..\\payments',
  '/facilitator//payments',
  '/x?/gateway/',
])('%s stays shut', (target) => {
  expect(Cors.isShared(target)).toBe(false)
})

it('allows what a page asks for, and everything of payments', () => {
  const told = new Headers(
    Cors.preflight({
      origin: 'https://dapp.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-own, payment-signature,X-Own, bad name, a\u0000b',
      'access-control-request-private-network': 'true',
    }).map(([name, value]): [string, string] => [name, value]),
  )
  const allowed = told.get('access-control-allow-headers')!.toLowerCase().split(', ')
  expect(allowed).toEqual(expect.arrayContaining(['x-own', 'payment-signature', 'x-payment', 'authorization']))
  expect(allowed.filter((name) => name.includes(' ') || name.includes('\u0000'))).toEqual([])
  expect(told.get('access-control-allow-methods')).toContain('DELETE')
  expect(told.get('access-control-allow-private-network')).toBe('true')
  expect(told.has('access-control-allow-credentials')).toBe(false)
})

it('costs a 402 nothing where no page asked, and what is cached stays readable', () => {
  expect(Cors.headersFor(undefined, 'private, no-store')).toEqual([])
  expect(Cors.headersFor(undefined, 'public, max-age=60')).toEqual(Cors.anyOrigin)
  expect(Cors.headersFor(undefined, null)).toEqual(Cors.anyOrigin)
  expect(Cors.headersFor('null', 'no-store')).toEqual(Cors.anyOrigin)
})
