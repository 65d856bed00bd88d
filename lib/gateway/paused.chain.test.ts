import { evm as evmMethod, Mppx } from 'mppx/client'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import { setResourceStatus, setShopPaused } from '@/lib/merchants'
import { fundUsdc, tokenBalance } from '@/sandbox/evm'
import { fundPathUsd } from '@/sandbox/tempo'
import { chains } from '@/sandbox/testing/chains'
import { openCredential, openSession, voucher } from '@/sandbox/testing/session-client'
import { asset, callsOf, openShop, signFor, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { createCtx } from '../ctx'

// A resource, or its whole shop, is paused by this process while another one sells it: nothing begins, nothing that began is lost.

const payTo = privateKeyToAccount(generatePrivateKey()).address
const owner = `0x${'0'.repeat(39)}1`
const ctx = createCtx({ kind: 'member', id: owner })
let upstream: Upstream
let gateway: GatewayProcess
let scope: MemberScope.MemberScope
let resourceId = ''

beforeAll(async () => {
  upstream = await startUpstream({})
  const { merchantId } = await openShop(upstream.baseUrl, payTo)
  await db.execute(sql`UPDATE resource SET session = true, deposit_units = 100 WHERE path = '/fortune'`)
  const [row] = await db.query<{ id: string }>(sql`SELECT id FROM resource WHERE path = '/fortune'`)
  resourceId = row?.id ?? ''
  scope = { operator: false, role: 'owner', address: owner, merchantId }
  gateway = await startGateway({ UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process' })
})
afterEach(() => setPaused(false))
afterAll(async () => {
  await gateway?.stop()
  await upstream.stop()
})

const urlOf = (path = '/fortune') => `${gateway.url}/gateway/acme${path}`
const calls = () => callsOf(upstream.journalUrl, '/fortune')

/** Pauses the resource, or the shop, or ends both pauses, and waits until the other process knows. */
async function setPaused(isPaused: boolean, what: 'resource' | 'shop' = 'resource'): Promise<void> {
  if (!isPaused || what === 'resource') await setResourceStatus(ctx, scope, resourceId, isPaused ? 'paused' : 'live')
  if (!isPaused || what === 'shop') await setShopPaused(ctx, scope, scope.merchantId, isPaused)
  await expect.poll(async () => (await fetch(urlOf())).status).toBe(isPaused ? 503 : 402)
}

async function newWallet(): Promise<{ key: `0x${string}`; account: PrivateKeyAccount }> {
  const key = generatePrivateKey()
  const account = privateKeyToAccount(key)
  await fundUsdc(chains().evm, account.address, 1_000_000n)
  await fundPathUsd(chains().tempo, account.address, 10_000_000n)
  return { key, account }
}

const signX402 = async (account: PrivateKeyAccount) => ({
  'payment-signature': await signFor(await fetch(urlOf()), account),
})

/** The header of an MPP charge, as the official client sends it. */
async function signMpp(account: PrivateKeyAccount): Promise<Record<string, string>> {
  let header = ''
  const spy: typeof fetch = async (input, init) => {
    const sent = new Request(input, init).headers.get('authorization')
    if (sent === null) return fetch(input, init)
    header = sent
    return new Response()
  }
  await Mppx.create({
    polyfill: false,
    fetch: spy,
    methods: [evmMethod.charge({ account, networks: [84532], authorization: { name: 'USDC', version: '2' } })],
  }).fetch(urlOf())
  expect(header).toMatch(/^Payment /)
  return { authorization: header }
}

/** 503 `paused`, with a time and without any way to pay. */
async function expectPaused(response: Response, isHead = false): Promise<void> {
  const { status, headers } = response
  expect([status, headers.get('retry-after')]).toEqual([503, '600'])
  expect([headers.get('payment-required'), headers.get('www-authenticate')]).toEqual([null, null])
  if (!isHead) expect(await response.json()).toMatchObject({ code: 'paused', retryable: true })
}

const countPayments = async () => (await db.query<{ n: number }>(sql`SELECT count(*)::int AS n FROM payment`))[0]?.n

describe.each(['resource', 'shop'] as const)('a paused %s', (what) => {
  it('begins no sale: without a payment, by HEAD, with a fresh payment of either protocol, with a channel', async () => {
    const { key, account } = await newWallet()
    const fresh = [await signX402(account), await signMpp(account)]
    const opening = await openCredential(await fetch(urlOf()), chains().tempo.url, key)
    const agent = await openSession(urlOf(), chains().tempo.url, (await newWallet()).key)
    await setPaused(true, what)
    const before = [await countPayments(), await calls(), await tokenBalance(chains().evm, asset, payTo)]
    await expectPaused(await fetch(urlOf()))
    await expectPaused(await fetch(urlOf(), { method: 'HEAD' }), true)
    for (const headers of fresh) await expectPaused(await fetch(urlOf(), { headers }))
    await expectPaused(await fetch(urlOf(), { headers: { authorization: opening } }))
    const next = { authorization: voucher(agent, 2n * agent.openedBase) }
    await expectPaused(await fetch(urlOf(), { headers: next }))
    expect([await countPayments(), await calls(), await tokenBalance(chains().evm, asset, payTo)]).toEqual(before)
    expect((await fetch(urlOf(), { method: 'OPTIONS' })).status).toBe(204)
    await setPaused(false)
    for (const headers of [...fresh, next]) expect((await fetch(urlOf(), { headers })).status).toBe(200)
  })

  it('gives what was bought before, and asks for no payment where that was voided', async () => {
    const { account } = await newWallet()
    const bought = [await signX402(account), await signMpp(account)]
    const answers: string[] = []
    for (const headers of bought) answers.push(await (await fetch(urlOf(), { headers })).text())
    const voided = await signX402(account)
    await fetch(urlOf(), { headers: voided })
    await db.execute(sql`
      UPDATE payment SET status = 'voided', settlement = 'failed', receipt = NULL
      WHERE id = (SELECT id FROM payment ORDER BY created_at DESC LIMIT 1)`)
    await setPaused(true, what)
    const before = await calls()
    for (const [at, headers] of bought.entries()) {
      const again = await fetch(urlOf(), { headers })
      expect([again.status, await again.text()]).toEqual([200, answers[at]])
    }
    await expectPaused(await fetch(urlOf(), { headers: voided }))
    expect(await calls()).toBe(before)
  })

  it('raises the credit of a channel for a stream that runs, and closes it for what was spent', async () => {
    const agent = await openSession(urlOf(), chains().tempo.url, (await newWallet()).key)
    await setPaused(true, what)
    const raised = await fetch(urlOf(), {
      method: 'POST',
      headers: { authorization: voucher(agent, 3n * agent.openedBase) },
    })
    expect(raised.status).toBe(204)
    const closing = { authorization: voucher(agent, 3n * agent.openedBase, { action: 'close' }) }
    expect((await fetch(urlOf(), { method: 'POST', headers: closing })).status).toBe(204)
    const [row] = await db.query(
      sql`SELECT status::text, spent_base AS spent, settled_base AS settled FROM channel WHERE id = ${agent.channelId.toLowerCase()}`,
    )
    expect(row).toEqual({ status: 'closed', spent: agent.openedBase, settled: agent.openedBase })
  })
})

it('a shop that is paused says so of every resource, and of none that is paused itself after it', async () => {
  await setShopPaused(ctx, scope, scope.merchantId, true)
  await expect.poll(async () => (await fetch(urlOf('/before'))).status).toBe(503)
  expect((await (await fetch(urlOf('/openapi.json'))).json()) as object).toMatchObject({ paths: {} })
  await setResourceStatus(ctx, scope, resourceId, 'paused')
  await setShopPaused(ctx, scope, scope.merchantId, false)
  await expect.poll(async () => (await fetch(urlOf('/before'))).status).toBe(402)
  await expectPaused(await fetch(urlOf()))
})

it('an archived resource is gone, and restored it is a draft that agents do not see', async () => {
  for (const status of ['archived', 'draft'] as const) {
    await setResourceStatus(ctx, scope, resourceId, status)
    await expect.poll(async () => (await fetch(urlOf())).status).toBe(404)
  }
  await db.execute(sql`UPDATE resource SET status = 'paused' WHERE id = ${resourceId}::uuid`)
})
