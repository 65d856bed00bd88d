import { x402Client } from '@x402/core/client'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { wrapFetchWithPayment } from '@x402/fetch'
import { evm as evmMethod, Mppx } from 'mppx/client'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { listBudgets, setBudget, type Budget } from '@/lib/payers'
import { evmNetwork, fundUsdc, tokenBalance } from '@/sandbox/evm'
import { fundPathUsd, pathUsd } from '@/sandbox/tempo'
import { chains } from '@/sandbox/testing/chains'
import { openSession, voucher } from '@/sandbox/testing/session-client'
import { asset, callsOf, openShop, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { createCtx } from '../ctx'

// Budgets that this process writes, enforced by another process for official clients. The price is a cent.

const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Upstream
let gateway: GatewayProcess

beforeAll(async () => {
  upstream = await startUpstream({})
  await openShop(upstream.baseUrl, payTo)
  await db.execute(sql`UPDATE resource SET session = true, deposit_units = 100 WHERE path = '/fortune'`)
  gateway = await startGateway({ UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process' })
})
afterAll(async () => {
  await gateway?.stop()
  await upstream.stop()
})

const urlOf = (path: string) => `${gateway.url}/gateway/acme${path}`

/** One key with a balance on both chains and these limits. */
async function newWallet(limits: Partial<Budget.BudgetInput>) {
  const key = generatePrivateKey()
  const account = privateKeyToAccount(key)
  await fundUsdc(chains().evm, account.address, 1_000_000n)
  await fundPathUsd(chains().tempo, account.address, 10_000_000n)
  const wallet = account.address.toLowerCase()
  const limit = (input: Partial<Budget.BudgetInput>) =>
    setBudget(createCtx({ kind: 'agent', id: wallet }), [wallet], { resourceId: '', perCall: '', perDay: '', ...input })
  await limit(limits)
  return { key, account, wallet, limit }
}

const byX402 = (account: PrivateKeyAccount, path = '/fortune') =>
  wrapFetchWithPayment(fetch, new x402Client().register(evmNetwork, new ExactEvmScheme(account)))(urlOf(path))
const byMpp = (account: PrivateKeyAccount) =>
  Mppx.create({
    polyfill: false,
    methods: [evmMethod.charge({ account, networks: [84532], authorization: { name: 'USDC', version: '2' } })],
  }).fetch(urlOf('/fortune'))
const leftOf = (response: Response) => response.headers.get('sluice-budget-left')
const usedBy = async (wallet: string) => (await listBudgets([wallet])).map(({ usedMicros }) => Number(usedMicros))

it('is enforced before a payment by either protocol moves anything, and each answer says what is left', async () => {
  const { account, wallet } = await newWallet({ perDay: '0.02' })
  const first = await byX402(account)
  expect([first.status, leftOf(first)]).toEqual([200, '0.01'])
  const second = await byMpp(account)
  expect([second.status, leftOf(second)]).toEqual([200, '0'])
  const [held, calls] = [
    await tokenBalance(chains().evm, asset, account.address),
    await callsOf(upstream.journalUrl, '/fortune'),
  ]
  for (const pay of [byX402, byMpp]) {
    const refused = await pay(account)
    expect([refused.status, refused.headers.get('www-authenticate'), refused.headers.get('payment-required')]).toEqual([
      403,
      null,
      null,
    ])
    expect(await refused.json()).toMatchObject({
      code: 'budget-exceeded',
      cap: 'day',
      limit: '0.02',
      left: '0',
      price: '0.01',
      payer: wallet,
      manage: expect.stringMatching(/\/me$/),
    })
  }
  expect(await tokenBalance(chains().evm, asset, account.address)).toBe(held)
  expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls)
})

it('holds for many requests at one moment, and failed answers use nothing of it up', async () => {
  const { account, wallet } = await newWallet({ perDay: '0.03' })
  const answers = await Promise.all(Array.from({ length: 12 }, () => byX402(account)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, ...Array.from({ length: 9 }, () => 403)])
  expect(await usedBy(wallet)).toEqual([30_000])

  const other = await newWallet({ perDay: '0.01' })
  for (let count = 0; count < 3; count++) expect((await byX402(other.account, '/failing')).status).toBe(502)
  expect((await byX402(other.account)).status).toBe(200)
})

it('of one call and of one resource refuse what is dearer, and nothing else', async () => {
  const { account, limit } = await newWallet({ perCall: '0.009' })
  expect((await byX402(account)).status).toBe(403)
  await limit({ perCall: '0.01' })
  const paid = await byX402(account)
  expect([paid.status, leftOf(paid)]).toEqual([200, null])
})

it('counts vouchers: a session stops at the cap, and no channel is opened above it', async () => {
  const { key, wallet, account } = await newWallet({ perDay: '0.03' })
  const agent = await openSession(urlOf('/fortune'), chains().tempo.url, key)
  const send = (units: bigint) =>
    fetch(urlOf('/fortune'), { headers: { authorization: voucher(agent, units * agent.openedBase) } })
  expect((await send(2n)).status).toBe(200)
  expect((await send(3n)).status).toBe(200)
  const refused = await send(4n)
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'budget-exceeded'])
  expect(await usedBy(wallet)).toEqual([30_000])
  expect((await byX402(account)).status).toBe(403)

  const poor = await newWallet({ perDay: '0.001' })
  const before = await tokenBalance(chains().tempo, pathUsd, poor.account.address)
  await expect(openSession(urlOf('/fortune'), chains().tempo.url, poor.key)).rejects.toThrow('opening answered 403')
  expect(await tokenBalance(chains().tempo, pathUsd, poor.account.address)).toBe(before)
})
