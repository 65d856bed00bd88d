import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { chains } from '@/sandbox/testing/chains'
import { openCredential, unpack, voucher, type SessionAgent } from '@/sandbox/testing/session-client'
import { booksOf, newPayer, openSessionShop, unitBase } from '@/sandbox/testing/session-shop-fixture'
import { callsOf } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { ensureSigners } from '@/lib/execution'
import { closeResourceCache } from '@/lib/merchants'
import { createCtx } from '../../ctx'
import { handle } from '..'

// Agents that return too late, or leave too early, after opening a channel.

const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream({})
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  await openSessionShop(upstream.baseUrl, payTo)
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
})
afterEach(() => vi.useRealTimers())
afterAll(async () => {
  await closeResourceCache()
  await upstream.stop()
})

const ask = (path: string, authorization?: string) =>
  handle(new Request(`http://sluice.test/gateway/acme${path}`, authorization ? { headers: { authorization } } : {}))

async function prepare(path: string): Promise<{ credential: string; agent: Omit<SessionAgent, 'response'> }> {
  const key = await newPayer()
  const credential = await openCredential(await ask(path), chains().tempo.url, key)
  const { challenge, payload, source } = unpack(credential)
  const { channelId, descriptor } = payload as Pick<SessionAgent, 'channelId' | 'descriptor'>
  return { credential, agent: { key, challenge, source, channelId, descriptor, openedBase: unitBase } }
}

it('an accepted opening may be repeated after its transaction and its challenge have expired', async () => {
  const { credential } = await prepare('/failing')
  expect((await ask('/failing', credential)).status).toBe(502)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 })
  // Its channel is open and its unit unspent: it is served, and never asked to sign another deposit.
  const again = await ask('/failing', credential)
  expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([502, 'upstream-failed'])
})

it('an opening that arrives after it expired is refused', async () => {
  const { credential } = await prepare('/fortune')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  const late = await ask('/fortune', credential)
  expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([402, 'payment-expired'])
})

it('a metered stream without a reader holds nothing and costs nothing', async () => {
  const { credential, agent } = await prepare('/fortune')
  expect((await ask('/fortune', credential)).status).toBe(200)
  const challenge = unpack(await openCredential(await ask('/stream'), chains().tempo.url, agent.key)).challenge
  const paid = voucher({ ...agent, challenge, response: new Response() }, 5n * unitBase)
  const stream = await ask('/stream?events=3&everyMs=1', paid)
  expect(stream.status).toBe(200)
  await stream.body?.cancel()
  expect(await booksOf(agent.channelId)).toMatchObject({ accepted: 5n * unitBase, spent: unitBase, reserved: 0n })
  expect(await callsOf(upstream.journalUrl, '/stream')).toBe(1)
})
