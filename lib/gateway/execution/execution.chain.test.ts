import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { db, json, sql } from '@/lib/db'
import { ReceiptToken } from '@/lib/intents'
import { fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import { closeGuestbook, putGuestbook, readGuestbook } from '@/sandbox/guestbook'
import { asking, openActionShop, priceBase, type Told } from '@/sandbox/testing/action-shop-fixture'
import { chains } from '@/sandbox/testing/chains'
import { echoOf, openSession, voucher, type SessionAgent } from '@/sandbox/testing/session-client'
import { booksOf, newPayer } from '@/sandbox/testing/session-shop-fixture'
import { signFor, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'

// Agents buy a line in a book on chain; the book counts how often each was written.

const payTo = privateKeyToAccount(generatePrivateKey()).address
const { evm, tempo } = chains()
let gateway: GatewayProcess
let policyId: string

beforeAll(async () => {
  await putGuestbook(evm, inject('chainsDir'))
  policyId = (await openActionShop(payTo)).policyId
  gateway = await startGateway({ JOBS: 'in-process', SETTLE_DEADLINE_MS: '15000' })
})
afterEach(async () => {
  await closeGuestbook(evm, false)
  await mineAgain()
})

async function mineAgain(): Promise<void> {
  await evm.rpc('evm_setIntervalMining', [2])
  await evm.rpc('evm_setAutomine', [true])
}
afterAll(() => gateway?.stop())

const url = () => `${gateway.url}/gateway/acme/guestbook`
const ask = (message: string, headers?: Record<string, string>) => fetch(url(), asking(message, headers))
const told = async (response: Response) => (await response.json()) as Told
const linesOf = async (message: string) => (await readGuestbook(evm)).filter((line) => line === message).length

async function newWallet(): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(evm, payer.address, 1_000_000n)
  return payer
}

const held = (payer: PrivateKeyAccount) => tokenBalance(evm, usdc, payer.address)

async function credentialFor(message: string, payer: PrivateKeyAccount): Promise<Record<string, string>> {
  return { 'payment-signature': await signFor(await ask(message), payer) }
}

describe('an action that a payment buys', () => {
  it('happens once for any number of parallel requests with its credential, and reports its state', async () => {
    const payer = await newWallet()
    const headers = await credentialFor('paid once', payer)
    const first = await ask('paid once', headers)
    expect(first.status).toBe(200)
    expect(first.headers.get('payment-response')).toBeTruthy()
    const body = await told(first)
    expect(body).toMatchObject({ status: 'done', transactions: [{ hash: expect.stringMatching(/^0x[0-9a-f]{64}$/) }] })
    const again = await Promise.all(Array.from({ length: 20 }, () => ask('paid once', headers)))
    expect(again.map(({ status }) => status)).toEqual(again.map(() => 200))
    for (const response of again) expect((await told(response)).intent).toBe(body.intent)
    expect(await linesOf('paid once')).toBe(1)
    expect(await held(payer)).toBe(1_000_000n - priceBase)
    const token = new URL(body.transactions[0]?.receipt ?? '').searchParams.get('token') ?? ''
    expect([ReceiptToken.isFor(body.intent, token), ReceiptToken.isFor(body.intent, `${token}x`)]).toEqual([
      true,
      false,
    ])
  })

  it('streams its progress to an agent that prefers events', async () => {
    const headers = { ...(await credentialFor('streamed', await newWallet())), accept: 'text/event-stream' }
    const response = await ask('streamed', headers)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    expect(response.headers.get('payment-response')).toBeTruthy()
    const text = await response.text()
    const names = [...text.matchAll(/^event: (\S+)$/gm)].map(([, name]) => name)
    expect(names[0]).toBe('queued')
    expect(names.slice(-2)).toEqual(['included', 'result'])
    expect(names).toEqual(expect.arrayContaining(['signed', 'submitted']))
    expect(JSON.parse(/^event: result\ndata: (.*)$/m.exec(text)?.[1] ?? '')).toMatchObject({ status: 'done' })
    expect(await linesOf('streamed')).toBe(1)
  })

  it('is not charged if its arguments are wrong, paid or not; without arguments it returns the price', async () => {
    const payer = await newWallet()
    const long = 'x'.repeat(201)
    const unpaid = await ask(long)
    expect(unpaid.status).toBe(422)
    expect(await unpaid.json()).toMatchObject({ code: 'bad-input', errors: [{ field: 'body.message' }] })
    expect((await fetch(url(), { method: 'POST' })).status).toBe(402)
    const headers = await credentialFor('right', payer)
    const paid = await fetch(url(), { ...asking('', headers), body: '{"message":7}' })
    expect([paid.status, await paid.json()]).toMatchObject([422, { code: 'bad-input' }])
    expect(await held(payer)).toBe(1_000_000n)
    // Its credential can still be used.
    expect((await ask('right', headers)).status).toBe(200)
  })

  it('is not charged if it would revert, or the policy refuses it', async () => {
    const payer = await newWallet()
    const headers = await credentialFor('', payer)
    const reverting = await ask('', headers)
    const refusal = (await reverting.json()) as { code: string; detail: string }
    expect([reverting.status, refusal.code]).toEqual([422, 'simulation-reverted'])
    expect(refusal.detail).toContain('not charged')

    const [policy] = await db.query<{ rules: { contracts: unknown } }>(sql`SELECT rules FROM execution_policy`)
    const forbid = (contracts: unknown) =>
      db.execute(sql`
        UPDATE execution_policy SET rules = jsonb_set(rules, '{contracts}', ${json(contracts)}::jsonb) WHERE id = ${policyId}`)
    await forbid([])
    const forbidden = await ask('forbidden', await credentialFor('forbidden', payer))
    expect([forbidden.status, await forbidden.json()]).toMatchObject([403, { code: 'policy-refused' }])
    await forbid(policy?.rules.contracts)
    expect(await held(payer)).toBe(1_000_000n)
    expect(await db.query(sql`SELECT 1 FROM payment WHERE payer = ${payer.address.toLowerCase()}`)).toEqual([])
    expect(await linesOf('forbidden')).toBe(0)
  })
})

describe('an action that a voucher buys', () => {
  let agent: SessionAgent
  const bought = async (message: string, cumulativeBase: bigint) => {
    agent.challenge = await echoOf(url(), tempo.url, agent, asking(message))
    return ask(message, { authorization: voucher(agent, cumulativeBase) })
  }

  beforeAll(async () => {
    agent = await openSession(url(), tempo.url, await newPayer(), asking('opened'))
  })

  it('happens with the opening, and once for each voucher', async () => {
    expect(await linesOf('opened')).toBe(1)
    const answers = await Promise.all([1, 2, 3].map(() => bought('by voucher', 2n * priceBase)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(await Promise.all(answers.map(async (answer) => (await told(answer)).intent))).size).toBe(1)
    expect(await linesOf('by voucher')).toBe(1)
    await expect.poll(() => booksOf(agent.channelId)).toMatchObject({ spent: 2n * priceBase, reserved: 0n, units: 2n })
    const other = await bought('another one', 2n * priceBase)
    expect([other.status, await other.json()]).toMatchObject([402, { code: 'credential-used' }])
    expect(await linesOf('another one')).toBe(0)
  })

  it('costs nothing if its arguments are wrong or it would revert', async () => {
    const { spent } = await booksOf(agent.channelId)
    expect((await bought('', 3n * priceBase)).status).toBe(422)
    expect((await bought('x'.repeat(200), 3n * priceBase)).status).toBe(422)
    expect(await booksOf(agent.channelId)).toMatchObject({ spent, reserved: 0n })
    expect((await bought('right', 3n * priceBase)).status).toBe(200)
  })

  it('is refunded to its channel once it is proven to have reverted', async () => {
    const { spent } = await booksOf(agent.channelId)
    await evm.rpc('evm_setAutomine', [false])
    await evm.rpc('evm_setIntervalMining', [0])
    const answer = bought('too late', 4n * priceBase)
    await expect
      .poll(() => db.query(sql`SELECT 1 FROM transaction WHERE purpose = 'execution' AND status = 'submitted'`))
      .toHaveLength(1)
    expect((await booksOf(agent.channelId)).spent).toBe(spent + priceBase)
    await closeGuestbook(evm, true)
    await evm.rpc('anvil_mine', ['0x1'])
    const refusal = await told(await answer)
    expect(refusal).toMatchObject({ code: 'execution-failed', detail: expect.stringContaining('When that is final') })
    // Mines blocks until it is final.
    await evm.rpc('anvil_mine', ['0x80'])
    await expect.poll(async () => (await booksOf(agent.channelId)).spent, { interval: 500 }).toBe(spent)
    await closeGuestbook(evm, false)
    await mineAgain()
    const again = await told(await bought('too late', 4n * priceBase))
    expect([again.code, again.detail]).toEqual(['execution-failed', expect.stringContaining('given back')])
    expect(await linesOf('too late')).toBe(0)
    // The refunded credit pays for the next one.
    expect((await bought('in time', 5n * priceBase)).status).toBe(200)
  })
})

it('leaves books that balance', async () => {
  const [row] = await db.query<{ sum: bigint }>(sql`SELECT coalesce(sum(amount), 0) AS sum FROM ledger_line`)
  expect(row?.sum).toBe(0n)
})
