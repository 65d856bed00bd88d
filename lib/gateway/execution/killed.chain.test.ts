import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import type { Failpoint } from '@/lib/failpoint'
import { createCtx } from '@/lib/ctx'
import { fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import { putGuestbook, readGuestbook } from '@/sandbox/guestbook'
import { asking, openActionShop, priceBase } from '@/sandbox/testing/action-shop-fixture'
import { chains } from '@/sandbox/testing/chains'
import { echoOf, openSession, voucher, type SessionAgent } from '@/sandbox/testing/session-client'
import { booksOf, newPayer } from '@/sandbox/testing/session-shop-fixture'
import { signFor, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'

// The gateway is killed at the worst points, and another one continues: at most one line in the book, and no line without
// payment.

const payTo = privateKeyToAccount(generatePrivateKey()).address
const { evm, tempo } = chains()
let next: GatewayProcess

const urlOf = ({ url }: GatewayProcess) => `${url}/gateway/acme/guestbook`
const linesOf = async (message: string) => (await readGuestbook(evm)).filter((line) => line === message).length
const settings = { SETTLE_DEADLINE_MS: '20000' }

beforeAll(async () => {
  await putGuestbook(evm, inject('chainsDir'))
  await openActionShop(payTo)
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
  next = await startGateway({ ...settings, JOBS: 'in-process' })
})
afterAll(() => next?.stop())

/** Sends the request to a process that dies at the failpoint. */
async function die(failpoint: Failpoint, init: RequestInit): Promise<void> {
  const doomed = await startGateway({ ...settings, SLUICE_FAILPOINT: failpoint, JOBS: 'off' })
  await expect(fetch(urlOf(doomed), init)).rejects.toThrow()
  await doomed.exited
}

/** Repeats the request until the answer is final. */
async function insist(init: RequestInit): Promise<{ status: number; code?: string }> {
  let last = { status: 0 }
  const ask = async () => {
    const response = await fetch(urlOf(next), init)
    const body = (await response.json()) as { code?: string }
    last = { ...body, status: response.status }
    return last.status
  }
  await expect
    .poll(ask, { interval: 500 })
    .toSatisfy((status: number) => status === 200 || status === 402 || status === 502)
  return last
}

describe('a payment', () => {
  it.each(['after-claim', 'after-settle', 'before-commit', 'after-enqueue'] as const)(
    'whose process dies %s buys one line, or buys nothing and is not charged',
    async (failpoint) => {
      const payer: PrivateKeyAccount = privateKeyToAccount(generatePrivateKey())
      await fundUsdc(evm, payer.address, 1_000_000n)
      const message = `paid ${failpoint}`
      const credential = await signFor(await fetch(urlOf(next), asking(message)), payer)
      const init = asking(message, { 'payment-signature': credential })
      await die(failpoint, init)
      const { status, code } = await insist(init)
      const isBought = status === 200
      // Before the settlement no money has moved; after it the payment must be used or refunded.
      expect(isBought ? 'bought' : code).toBe(failpoint === 'after-claim' ? 'payment-voided' : 'bought')
      await expect.poll(() => linesOf(message)).toBe(isBought ? 1 : 0)
      expect(await tokenBalance(evm, usdc, payer.address)).toBe(isBought ? 1_000_000n - priceBase : 1_000_000n)
      expect((await insist(init)).status).toBe(status)
      expect(await linesOf(message)).toBe(isBought ? 1 : 0)
    },
  )
})

describe('a voucher', () => {
  let agent: SessionAgent
  let paidBase = priceBase

  beforeAll(async () => {
    agent = await openSession(urlOf(next), tempo.url, await newPayer(), asking('opened'))
  })

  it.each(['after-claim', 'after-enqueue'] as const)(
    'whose process dies %s is charged once and buys one line',
    async (failpoint) => {
      paidBase += priceBase
      const message = `vouched ${failpoint}`
      agent.challenge = await echoOf(urlOf(next), tempo.url, agent, asking(message))
      const init = asking(message, { authorization: voucher(agent, paidBase) })
      await die(failpoint, init)
      // The dead process's hold is released first, unless it was charged.
      await expect.poll(async () => (await booksOf(agent.channelId)).reserved, { interval: 250 }).toBe(0n)
      expect((await insist(init)).status).toBe(200)
      expect(await linesOf(message)).toBe(1)
      expect((await insist(init)).status).toBe(200)
      expect(await booksOf(agent.channelId)).toMatchObject({ spent: paidBase, reserved: 0n })
      expect(await linesOf(message)).toBe(1)
    },
  )
})

it('leaves books that balance', async () => {
  const [row] = await db.query<{ sum: bigint }>(sql`SELECT coalesce(sum(amount), 0) AS sum FROM ledger_line`)
  expect(row?.sum).toBe(0n)
})
