import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { tokenBalance } from '@/sandbox/evm'
import { pathUsd } from '@/sandbox/tempo'
import { chains } from '@/sandbox/testing/chains'
import { echoOf, openSession, voucher, type SessionAgent } from '@/sandbox/testing/session-client'
import { booksOf, newPayer, openSessionShop, unitBase } from '@/sandbox/testing/session-shop-fixture'
import { callsOf, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'

// The gateway is killed at random times under load. The number of each kill is its seed: SLUICE_KILLS=50 for more.

const kills = Number(process.env.SLUICE_KILLS ?? 5)
const channels = 8
const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Upstream

type Client = {
  agent: SessionAgent
  /** The highest cumulative amount sent, and the highest answered with 200. */
  sentBase: bigint
  acknowledgedBase: bigint
  acknowledged: number
}

beforeAll(async () => {
  upstream = await startUpstream({})
  await openSessionShop(upstream.baseUrl, payTo)
})
afterAll(() => upstream.stop())

const start = () => startGateway({ UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process' })
const at = ({ url }: GatewayProcess) => `${url}/gateway/acme/fortune`

/** A random generator, deterministic for its seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Pays one request after another until the server is gone. */
async function pay(client: Client, gateway: GatewayProcess, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    client.sentBase += unitBase
    const sentBase = client.sentBase
    const response = await fetch(at(gateway), { headers: { authorization: voucher(client.agent, sentBase) } }).catch(
      () => undefined,
    )
    if (response?.status !== 200) {
      if (response)
        throw new Error(`voucher ${sentBase} was answered with ${response.status}: ${await response.text()}`)
      return
    }
    client.acknowledgedBase = sentBase
    client.acknowledged++
  }
}

it(`loses no voucher and delivers nothing unpaid over ${kills} kills`, async () => {
  let gateway = await start()
  const clients: Client[] = []
  for (let index = 0; index < channels; index++) {
    const agent = await openSession(at(gateway), chains().tempo.url, await newPayer())
    clients.push({ agent, sentBase: agent.openedBase, acknowledgedBase: agent.openedBase, acknowledged: 1 })
  }
  for (let seed = 1; seed <= kills; seed++) {
    let over = false
    const paying = Promise.all(clients.map((client) => pay(client, gateway, () => over)))
    await new Promise((resolve) => setTimeout(resolve, 150 + random(seed)() * 600))
    over = true
    await gateway.stop()
    await paying
    gateway = await start()
    for (const { agent, sentBase, acknowledgedBase, acknowledged } of clients) {
      const books = await booksOf(agent.channelId)
      expect({
        kill: seed,
        channel: agent.channelId,
        // An acknowledged voucher is durable; one that was only sent may be.
        isKept: books.accepted >= acknowledgedBase && books.units >= BigInt(acknowledged),
        isSigned: books.accepted <= sentBase,
        isBooked: [books.units * unitBase, books.earned, books.charged].every((base) => base === books.spent),
      }).toEqual({ kill: seed, channel: agent.channelId, isKept: true, isSigned: true, isBooked: true })
    }
  }

  await expect.poll(async () => (await db.query(sql`SELECT 1 FROM channel_hold WHERE amount_base > 0`)).length).toBe(0)
  let spent = 0n
  for (const { agent } of clients) {
    const books = await booksOf(agent.channelId)
    expect(books.reserved).toBe(0n)
    spent += books.spent
    agent.challenge = await echoOf(at(gateway), chains().tempo.url, agent)
    const headers = { authorization: voucher(agent, books.accepted, { action: 'close' }) }
    expect((await fetch(at(gateway), { method: 'POST', headers })).status).toBe(204)
  }
  // Delivered but not paid: at most one per channel and kill, the request that was running.
  const delivered = BigInt(await callsOf(upstream.journalUrl, '/fortune'))
  expect(delivered * unitBase - spent).toBeGreaterThanOrEqual(0n)
  expect(delivered * unitBase - spent).toBeLessThanOrEqual(BigInt(kills * channels) * unitBase)
  expect(await tokenBalance(chains().tempo, pathUsd, payTo)).toBe(spent)
  const [books] = await db.query<{ sum: bigint; cash: bigint; receivable: bigint }>(sql`
    SELECT sum(amount), sum(amount) FILTER (WHERE account LIKE 'cash:%') AS cash,
      sum(amount) FILTER (WHERE account LIKE 'receivable:%') AS receivable FROM ledger_line`)
  expect(books).toEqual({ sum: 0n, cash: spent, receivable: 0n })
  await gateway.stop()
})
