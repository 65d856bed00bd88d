import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { fundGas, fundUsdc, tokenBalance } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { asset, callsOf, openShop, signFor, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'

// Two installations with the same payout address, each with its own database and key: a payment to one buys nothing at
// the other.

const payTo = privateKeyToAccount(generatePrivateKey()).address
const template = new URL(inject('templateUrl'))
const name = `sluice_other_${randomBytes(6).toString('hex')}`
const other = new URL(`/${name}`, template).href
const otherKey = generatePrivateKey()
const running: GatewayProcess[] = []
let upstream: Upstream
const elsewhere = { DATABASE_URL: other, SETTLEMENT_PRIVATE_KEY: otherKey }

async function inDatabase(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

const administer = (statement: string) =>
  inDatabase(new URL('/postgres', template).href, (client) => client.query(statement))

/** The same shop in the other database, like a copied installation. */
async function copyShop(): Promise<void> {
  await inDatabase(other, async (client) => {
    for (const table of ['merchant', 'resource', 'resource_payout', 'resource_price']) {
      const { rows } = await copied(table)
      await client.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [rows])
    }
  })
}

async function copied(table: string): Promise<{ rows: string }> {
  let rows = '[]'
  await inDatabase(process.env.DATABASE_URL ?? '', async (client) => {
    const answer = await client.query<{ rows: string }>(
      `SELECT coalesce(jsonb_agg(t), '[]')::text AS rows FROM ${table} t`,
    )
    rows = answer.rows[0]?.rows ?? '[]'
  })
  return { rows }
}

beforeAll(async () => {
  upstream = await startUpstream({})
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`)
  await openShop(upstream.baseUrl, payTo)
  await copyShop()
  await fundGas(chains().evm, privateKeyToAccount(otherKey).address, 10n ** 20n)
})
afterAll(async () => {
  for (const gateway of running) await gateway.stop()
  await upstream.stop()
  await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
})

async function start(env: Record<string, string>): Promise<string> {
  const gateway = await startGateway({
    ...{ UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process', SETTLE_DEADLINE_MS: '10000', ...env },
  })
  running.push(gateway)
  return `${gateway.url}/gateway/acme/fortune`
}

it('a payment used at one installation buys nothing at the other, unless that one declares the address exclusive', async () => {
  const [here, there] = [await start({}), await start(elsewhere)]
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  const headers = { 'payment-signature': await signFor(await fetch(here), payer) }
  expect((await fetch(here, { headers })).status).toBe(200)
  const refused = await fetch(there, { headers })
  expect(refused.status).toBe(402)
  expect(await refused.json()).toMatchObject({
    detail: expect.stringMatching(/another server .* buys nothing here.*EXCLUSIVE_PAYEES/s) as string,
  })
  expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(1)
  expect(await tokenBalance(chains().evm, asset, payTo)).toBe(10_000n)
  await running.pop()?.stop()
  const declared = await start({ ...elsewhere, EXCLUSIVE_PAYEES: payTo })
  const taken = await fetch(declared, { headers })
  expect([taken.status, await taken.text()]).toEqual([200, expect.any(String)])
})

it('of two parallel requests with one payment, one is served', async () => {
  await running.pop()?.stop()
  await start(elsewhere)
  const [here = '', there = ''] = running.slice(0, 2).map(({ url }) => `${url}/gateway/acme/before`)
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  const headers = { 'payment-signature': await signFor(await fetch(here), payer) }
  const ask = async (url: string) => {
    for (;;) {
      const answer = await fetch(url, { headers })
      if (answer.status !== 503) return answer.status
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
  const statuses = await Promise.all([ask(here), ask(there)])
  expect(statuses.sort()).toEqual([200, 402])
})
