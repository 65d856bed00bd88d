import { x402Client } from '@x402/core/client'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { wrapFetchWithPayment } from '@x402/fetch'
import { evm as evmMethod, Mppx } from 'mppx/client'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import { setGate, setNote, type Payer } from '@/lib/payers'
import { evmNetwork, fundUsdc, tokenBalance } from '@/sandbox/evm'
import { fundPathUsd, pathUsd } from '@/sandbox/tempo'
import { chains } from '@/sandbox/testing/chains'
import { setUpDelegations, delegate, delegateTo, silentCode } from '@/sandbox/testing/delegation-fixture'
import { openSession, voucher } from '@/sandbox/testing/session-client'
import { asset, callsOf, openShop, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { createCtx } from '../ctx'

setUpDelegations()

// Rules of this process for payers, applied by another process, which is notified by the database.

const payTo = privateKeyToAccount(generatePrivateKey()).address
const owner = `0x${'0'.repeat(39)}1`
const ctx = createCtx({ kind: 'member', id: owner })
let upstream: Upstream
let gateway: GatewayProcess
let scope: MemberScope.MemberScope

beforeAll(async () => {
  upstream = await startUpstream({})
  const { merchantId } = await openShop(upstream.baseUrl, payTo)
  await db.execute(sql`UPDATE resource SET session = true, deposit_units = 100 WHERE path = '/fortune'`)
  scope = { operator: false, role: 'owner', address: owner, merchantId }
  gateway = await startGateway({ UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process' })
})
afterAll(async () => {
  await gateway?.stop()
  await upstream.stop()
})

const urlOf = (path: string) => `${gateway.url}/gateway/acme${path}`

/** One key with a balance on both chains. */
async function newWallet(): Promise<{ key: `0x${string}`; account: PrivateKeyAccount }> {
  const key = generatePrivateKey()
  const account = privateKeyToAccount(key)
  await fundUsdc(chains().evm, account.address, 1_000_000n)
  await fundPathUsd(chains().tempo, account.address, 10_000_000n)
  return { key, account }
}

const byX402 = (account: PrivateKeyAccount, path = '/fortune') =>
  wrapFetchWithPayment(fetch, new x402Client().register(evmNetwork, new ExactEvmScheme(account)))(urlOf(path))

const byMpp = (account: PrivateKeyAccount, path = '/fortune') =>
  Mppx.create({
    polyfill: false,
    methods: [evmMethod.charge({ account, networks: [84532], authorization: { name: 'USDC', version: '2' } })],
  }).fetch(urlOf(path))

const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code]

// Notifications of one merchant arrive in the order of their commits: once a later one is applied, so are all before it.
const poor = privateKeyToAccount(generatePrivateKey())
let poorIsDenied = false

/**
 * Runs a change, and waits until the gateway's process has applied it: from then on it refuses a wallet without money for
 * another reason.
 */
async function heard(change: Promise<unknown>): Promise<void> {
  await change
  poorIsDenied = !poorIsDenied
  await note(poor.address, { stance: poorIsDenied ? 'deny' : 'allow' })
  await expect.poll(async () => (await byX402(poor)).status).toBe(poorIsDenied ? 403 : 402)
}

const note = (wallet: string, change: Partial<Payer.PayerNote>) =>
  setNote(ctx, scope, wallet, { label: '', stance: 'none', ours: false, ...change })

async function moved() {
  const [row] = await db.query(
    sql`SELECT (SELECT count(*) FROM payment) AS payments, (SELECT sum(spent_base) FROM channel) AS spent`,
  )
  return {
    ...(row as object),
    paid: await tokenBalance(chains().evm, asset, payTo),
    calls: await callsOf(upstream.journalUrl, '/fortune'),
  }
}

it('denies a wallet by every protocol and moves nothing, until it is allowed again; it keeps its channel', async () => {
  const { key, account } = await newWallet()
  const agent = await openSession(urlOf('/fortune'), chains().tempo.url, key)
  const next = voucher(agent, 2n * agent.openedBase)
  await heard(note(account.address, { stance: 'deny' }))
  const before = await moved()
  expect(await codeOf(await byX402(account))).toEqual([403, 'payer-denied'])
  expect(await codeOf(await byMpp(account))).toEqual([403, 'payer-denied'])
  const refused = await fetch(urlOf('/fortune'), { headers: { authorization: next } })
  expect(refused.headers.get('www-authenticate')).toBeNull()
  expect(await codeOf(refused)).toEqual([403, 'payer-denied'])
  await expect(openSession(urlOf('/fortune'), chains().tempo.url, key)).rejects.toThrow('opening answered 403')
  expect(await moved()).toEqual(before)

  await heard(note(account.address, { stance: 'none' }))
  expect((await byX402(account)).status).toBe(200)
  expect((await byMpp(account)).status).toBe(200)
  expect((await fetch(urlOf('/fortune'), { headers: { authorization: next } })).status).toBe(200)

  await heard(note(account.address, { stance: 'deny' }))
  const left = await tokenBalance(chains().tempo, pathUsd, account.address)
  const last = voucher(agent, 2n * agent.openedBase, { action: 'close' })
  const closed = await fetch(urlOf('/fortune'), { method: 'POST', headers: { authorization: last } })
  expect(closed.status).toBe(204)
  expect(await tokenBalance(chains().tempo, pathUsd, account.address)).toBeGreaterThan(left)
})

it('calls the code of a delegated wallet, by every protocol', async () => {
  const { account } = await newWallet()
  await delegate(account, silentCode)
  const before = await moved()
  for (const pay of [byX402, byMpp]) expect((await pay(account)).status).toBe(402)
  expect(await moved()).toEqual(before)
  await delegateTo(account, account.address)
  for (const pay of [byX402, byMpp]) expect((await pay(account)).status).toBe(200)
})

it('serves only allowed wallets if the merchant chooses so, for the whole shop or one resource', async () => {
  const { account: known } = await newWallet()
  const { account: stranger } = await newWallet()
  const [row] = await db.query<{ id: string }>(sql`SELECT id FROM resource WHERE path = '/fortune'`)
  await note(known.address, { stance: 'allow' })
  await heard(setGate(ctx, scope, { wholeShop: false, resourceIds: [row?.id] }))
  expect(await codeOf(await byX402(stranger))).toEqual([403, 'payer-denied'])
  expect((await byX402(known)).status).toBe(200)
  expect((await byX402(stranger, '/before')).status).toBe(200)
  await heard(setGate(ctx, scope, { wholeShop: true, resourceIds: [] }))
  expect(await codeOf(await byMpp(stranger, '/before'))).toEqual([403, 'payer-denied'])
  expect((await byMpp(known, '/before')).status).toBe(200)
})
