import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, type Page } from '@playwright/test'
import { build } from 'esbuild'
import { networkOf, readDemo, tempo } from '../demo'
import type { Agent, Read } from '../page-agent'

/** A page of another origin buys, with the official clients and the key in the page, in Chromium. */

const demo = readDemo()
const { fixed, free, stream } = demo.resources
const { privateKey } = demo.payer
/** In the page. */
declare const agent: Agent

let server: Server
let origin: string

test.beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: ['e2e/page-agent.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  const script = outputFiles[0]?.text ?? ''
  server = createServer((request, response) => {
    const isScript = request.url === '/agent.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(
      isScript
        ? script
        : '<!doctype html><title>A wallet</title><link rel="icon" href="data:,"><script src="/agent.js"></script>',
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
test.afterAll(() => server?.close())
test.beforeEach(async ({ page }) => {
  await page.goto(origin)
})

const plain = (page: Page, url: string, init?: RequestInit): Promise<Read> =>
  page.evaluate(([at, how]) => agent.plain(at, how), [url, init] as const)

test('it reads a 402, pays by x402, and reads the answer and its receipt', async ({ page }) => {
  const asked = await plain(page, fixed)
  expect([asked.status, JSON.parse(asked.body)]).toEqual([402, expect.objectContaining({ code: 'payment-required' })])
  expect(Object.keys(asked.headers)).toEqual(expect.arrayContaining(['payment-required', 'www-authenticate']))
  const paid = await page.evaluate(([key, url]) => agent.byX402(key, url), [privateKey, fixed] as const)
  expect(paid.status).toBe(200)
  const receipt = JSON.parse(Buffer.from(paid.headers['payment-response'] ?? '', 'base64').toString()) as object
  expect(receipt).toMatchObject({ success: true, transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
})

test('it pays by MPP, and reads the answer and its receipt', async ({ page }) => {
  const paid = await page.evaluate(([key, url]) => agent.byMpp(key, url), [privateKey, fixed] as const)
  expect(paid.status).toBe(200)
  const receipt = JSON.parse(Buffer.from(paid.headers['payment-receipt'] ?? '', 'base64url').toString()) as object
  expect(receipt).toMatchObject({ status: 'success' })
})

test('it reads a metered stream of a session to its end', async ({ page }) => {
  const { rpcUrl } = networkOf(demo, tempo)
  const told = await page.evaluate(([key, url, rpc]) => agent.bySession(key, url, rpc), [
    privateKey,
    `${stream}?events=25&everyMs=5`,
    rpcUrl,
  ] as const)
  // More than the suggested deposit covers: its vouchers come through while the stream waits.
  expect(told.events).toHaveLength(25)
  expect(told.spent).toBe('25000')
})

test('it reads refusals, what is free, and everything that describes what is sold', async ({ page }) => {
  const malformed = await plain(page, fixed, { headers: { 'x-payment': 'nonsense', 'x-own': '1' } })
  expect([malformed.status, JSON.parse(malformed.body)]).toEqual([
    400,
    expect.objectContaining({ code: 'payment-malformed' }),
  ])
  const huge = await plain(page, fixed, { headers: { 'payment-signature': 'x'.repeat(20_000) } })
  expect(huge.status).toBe(431)
  expect((await plain(page, `${fixed}-not`)).status).toBe(404)
  expect((await plain(page, fixed, { method: 'DELETE' })).headers.allow).toContain('GET')
  expect((await plain(page, free)).status).toBe(200)
  for (const path of [
    '/openapi.json',
    '/llms.txt',
    '/.well-known/x402',
    '/facilitator/supported',
    '/facilitator/discovery/resources',
    '/facilitator/discovery/search?query=a',
    `/gateway/${demo.merchant.slug}/openapi.json`,
  ])
    expect((await plain(page, demo.baseUrl + path)).status, path).toBe(200)
  const verify = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  expect((await plain(page, `${demo.baseUrl}/facilitator/verify`, verify)).status).toBeLessThan(500)
  const list = { ...verify, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }) }
  const headers = {
    ...verify.headers,
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-06-18',
  }
  const tools = await plain(page, `${demo.baseUrl}/api/mcp`, { ...list, headers })
  expect([tools.status, tools.body]).toEqual([200, expect.stringContaining('sluice_quote')])
})

test('the dashboard and its API stay shut, and nothing is read with credentials', async ({ page }) => {
  const key = { headers: { authorization: 'Bearer nothing' } }
  for (const [path, init] of [
    ['/', {}],
    ['/payments', {}],
    ['/sign-in', {}],
    ['/api/v1/openapi.json', {}],
    ['/api/v1/transactions', {}],
    ['/api/v1/transactions', key],
    ['/api/auth/nonce', { method: 'POST' }],
  ] as const)
    await expect(plain(page, demo.baseUrl + path, init), path).rejects.toThrow('Failed to fetch')
  await expect(plain(page, fixed, { credentials: 'include' })).rejects.toThrow('Failed to fetch')
})
