import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fundUsdc, tokenBalance } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import {
  authorization,
  challengeHash,
  challengeOf,
  evm,
  payer,
  sign,
  toPayment,
} from '@/sandbox/testing/credential-fixture'
import { asset, openShop, signFor, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { db, json, sql } from '@/lib/db'

// A quote's token names the revision that made it. Every process reads that revision's payouts from the database.

const [before, after] = [0, 0].map(() => privateKeyToAccount(generatePrivateKey()).address) as [
  `0x${string}`,
  `0x${string}`,
]
const price = 10_000n
let upstream: Upstream
let first: GatewayProcess
let later: GatewayProcess
const start = () =>
  startGateway({ UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process', SETTLE_DEADLINE_MS: '10000' })

type Signed = { x402: string; mpp: string }
let signed: Signed

beforeAll(async () => {
  upstream = await startUpstream({})
  await openShop(upstream.baseUrl, before)
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  first = await start()
  signed = await signAt(first, '/fortune')
  await edit('/fortune', 2)
  later = await start()
})
afterAll(async () => {
  await first?.stop()
  await later?.stop()
  await upstream.stop()
})

const ask = ({ url }: GatewayProcess, path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/gateway/acme${path}`, { headers })

/** The signed headers of a client of either protocol for the 402 of a path. */
async function signAt(gateway: GatewayProcess, path: string): Promise<Signed> {
  const demand = await ask(gateway, path)
  const of = challengeOf([...demand.headers], 'evm')
  const message = authorization({
    to: (of.request as { recipient: string }).recipient,
    value: (of.request as { amount: string }).amount,
    validBefore: String(Math.floor(Date.now() / 1000) + 120),
    nonce: challengeHash(of),
  })
  const payload = { type: 'authorization', ...message, signature: await sign(message) }
  return { x402: await signFor(demand, payer), mpp: toPayment(of, payload) }
}

/** An edit as the dashboard writes it: a new price and a new payout address. */
async function edit(path: string, revision: number): Promise<void> {
  await db.execute(sql`UPDATE resource SET price_micros = 90000, revision = ${revision} WHERE path = ${path}`)
  await db.execute(sql`UPDATE resource_payout SET pay_to = ${after}
    WHERE resource_id = (SELECT id FROM resource WHERE path = ${path})`)
  await db.execute(sql`
    INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
    SELECT id, ${revision}, 90000, ${json({ [evm]: after })}::jsonb FROM resource WHERE path = ${path}`)
}

const balance = (of: `0x${string}`) => tokenBalance(chains().evm, asset, of)

describe('a quote made before an edit of price and payouts', () => {
  it.each([
    ['x402', 'payment-signature'],
    ['mpp', 'authorization'],
  ] as const)('is honoured unchanged, by %s in a process that never saw it', async (protocol, header) => {
    const held = await balance(before)
    const answer = await ask(later, '/fortune', { [header]: signed[protocol] })
    expect([answer.status, await answer.clone().text()]).toEqual([200, expect.anything()])
    expect(await balance(before)).toBe(held + price)
    expect(await balance(after)).toBe(0n)
    // A repeat at either process gets the answer and is not charged again.
    expect((await ask(first, '/fortune', { [header]: signed[protocol] })).status).toBe(200)
    expect(await balance(before)).toBe(held + price)
  })

  it('does not pay for another resource of the merchant, whose 402 has the new price', async () => {
    const fresh = await signAt(later, '/before')
    for (const [header, value] of [
      ['payment-signature', fresh.x402],
      ['authorization', fresh.mpp],
    ] as const) {
      const answer = await ask(later, '/fortune', { [header]: value })
      expect(answer.status).toBe(402)
      expect(await answer.json()).toMatchObject({
        code: 'invalid-challenge',
        accepts: [{ maxAmountRequired: '90000', payTo: after }],
      })
    }
  })

  it('is refused if its revision does not exist', async () => {
    const fresh = await signAt(later, '/before')
    await db.execute(
      sql`DELETE FROM resource_price WHERE resource_id = (SELECT id FROM resource WHERE path = '/before')`,
    )
    await edit('/before', 3)
    const other = await start()
    const answer = await ask(other, '/before', { 'payment-signature': fresh.x402 })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([402, 'invalid-challenge'])
    await other.stop()
  })
})
