import { readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { ApiKey, createApiKey, type MemberScope } from '@/lib/auth'
import { readLogStatus, sequenceEvents } from '@/lib/audit'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'

/** Every route handler, with everything that people and programs get wrong: never a 5xx, and every refusal is a problem. */

const merchantId = '11111111-1111-4111-8111-111111111111'
const policyId = '33333333-3333-4333-8333-333333333333'
const owner: MemberScope.MemberScope = { address: `0x${'aa'.repeat(20)}`, merchantId, operator: false, role: 'owner' }
const signedIn = vi.hoisted(() => ({ scope: undefined as unknown }))
// Who is signed in is read from Next's request, and here is none.
vi.mock('@/app/_lib/session', () => ({
  currentSession: async () => signedIn.scope,
  currentAgent: async () => ({ wallet: `0x${'aa'.repeat(20)}`, wallets: [`0x${'aa'.repeat(20)}`] }),
}))
// What is tested here is sent faster than the limits allow.
vi.mock('@/lib/auth', async (original) => ({
  ...(await original<object>()),
  limitRate: () => undefined,
  limitSession: () => undefined,
  limitSignIns: () => undefined,
  limitPublicReads: () => undefined,
}))

const root = path.join(import.meta.dirname)
/** Asks chains, or runs a task; both have tests of their own. */
const others = ['api/health']
const routes = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'route.ts')
  .map((file) => path.dirname(file))
  .filter((folder) => !others.includes(folder))
  .sort()

const wrong = [
  '%',
  '%00',
  '%ff',
  'a\0b',
  '\ud800',
  'x',
  "'",
  '"><',
  '../..',
  'NaN',
  '-1',
  '1e999',
  '9'.repeat(30),
  '2026-13-45',
  '00000000-0000-0000-0000-000000000000',
  `0x${'f'.repeat(64)}`,
  `0x${'f'.repeat(40)}`,
  'eip3009|x|\0',
  'a|b',
  '1'.repeat(87),
  '💥',
  '__proto__',
  'x'.repeat(5_000),
]
const bodies = [
  '',
  '{',
  'null',
  '[]',
  '5',
  '"x"',
  '{}',
  '{"network":"eip155:84532","to":"\\u0000","data":"0x"}',
  '{"network":"eip155:84532","to":{"a":1},"calls":[[[]]]}',
  '{"message":"\\u0000","signature":"0x"}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\u0000","arguments":{"q":"\\ud800"}}}',
  '{"jsonrpc":"2.0","id":1,"method":5}',
  '{"x402Version":2,"paymentPayload":{"payload":null},"paymentRequirements":{"network":"\\u0000"}}',
  '{"x402Version":1,"paymentPayload":[],"paymentRequirements":[]}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `{"a":"${'x'.repeat(2_000_000)}"}`,
]
/** A key that may do everything. */
let key = ''

beforeAll(async () => {
  signedIn.scope = owner
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  await db.execute(sql`
    INSERT INTO execution_policy (id, merchant_id, name, rules) VALUES (${policyId}::uuid, ${merchantId}::uuid, 'Bot', '{}')`)
  const ctx = createCtx({ kind: 'member', id: owner.address })
  key = (await createApiKey(ctx, owner, { name: 'bot', scopes: ApiKey.scopeNames, policyId })).key
  for (let signed = false; !signed; signed = (await readLogStatus()).checkpoint !== undefined)
    await sequenceEvents(10_000)
})

type Handler = (request: Request, context: { params: Promise<Record<string, unknown>> }) => Promise<Response>

/** Names of the query that the route, or what it calls, may read. */
const usual = ['q', 'url', 'resource', 'method', 'merchant', 'payer', 'after', 'before', 'from', 'to', 'size', 'token']
const more = ['range', 'status', 'network', 'limit', 'offset', 'cursor', 'type', 'query', 'seq', 'index', 'days']
const queryNames = [...usual, ...more]
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

describe.each(routes)('%s', (folder) => {
  const names = [...folder.matchAll(/\[(\[?)(?:\.\.\.)?(\w+)\]/g)].map(([, , name]) => name ?? '')
  const isList = (name: string) => folder.includes(`...${name}`)
  const paramsOf = (value: string) =>
    Promise.resolve(Object.fromEntries(names.map((name) => [name, isList(name) ? [value] : value])))

  test('answers what is wrong with a problem', async () => {
    const handlers = (await import(path.join(root, folder, 'route.ts'))) as Record<string, Handler>
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => handlers[method])
    expect(methods.length).toBeGreaterThan(0)
    const base = `http://sluice.test/${folder.replace(/\/\([^)]*\)/g, '')}`
    const ask = async (
      what: string,
      method: string,
      url: string,
      headers: HeadersInit,
      param: string,
      body?: string,
    ) => {
      const sent = body !== undefined && method !== 'GET' && method !== 'HEAD' ? { body } : {}
      const all = { ...json, origin: 'http://sluice.test', ...headers }
      const stop = new AbortController()
      const request = new Request(url, { method, headers: all, signal: stop.signal, ...sent })
      const response = await handlers[method]?.(request, { params: paramsOf(param) })
      const text = response?.headers.get('content-type') === 'text/event-stream' ? '' : await response?.text()
      stop.abort()
      expect(response?.status, `${method} ${what}: ${text?.slice(0, 300)}`).toBeLessThan(500)
      // MCP has errors of its own, and documentation is read by people.
      if ((response?.status ?? 0) >= 400 && method !== 'HEAD' && !/^(api\/mcp|docs|s)\b/.test(folder))
        expect([what, response?.headers.get('content-type')]).toEqual([what, 'application/problem+json'])
    }
    const authorized = { authorization: `Bearer ${key}` }
    for (const method of methods)
      for (const headers of [{}, authorized, { authorization: 'Bearer sk_\u00ff' }]) {
        if (names.length > 0)
          for (const value of wrong) await ask(`id ${value.slice(0, 80)}`, method, base, headers, value)
        for (const body of bodies) await ask(`body ${body.slice(0, 80)}`, method, base, headers, 'x', body)
      }
    const [first = ''] = methods
    for (const name of queryNames)
      for (const value of wrong) {
        const url = `${base}?${new URLSearchParams({ [name]: value }).toString()}`
        for (const headers of [{}, authorized]) await ask(`?${name}=${value.slice(0, 80)}`, first, url, headers, value)
      }
  })
})
