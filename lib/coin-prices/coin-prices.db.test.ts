import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { db, sql } from '@/lib/db'

let server: Server
let body: string
let status = 200
let asked = 0

beforeAll(async () => {
  server = createServer((_, response) => {
    asked++
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())

beforeEach(async () => {
  await db.execute(sql`DELETE FROM coin_price`)
  asked = 0
  status = 200
  vi.resetModules()
})

/** The verbs, with this setting. */
async function load(setting: object | undefined) {
  const { port } = server.address() as AddressInfo
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${port}`
  if (setting) process.env.COIN_PRICES = JSON.stringify(setting).replace('PORT', String(port))
  else delete process.env.COIN_PRICES
  return import('.')
}

const http = {
  kind: 'http',
  url: 'http://127.0.0.1:PORT/simple?coins=ethereum',
  pointers: { ETH: '/ethereum/usd', SOL: '/solana/usd' },
  everySeconds: 60,
}
const stored = () =>
  db.query<{ coin: string; micros: bigint; source: string }>(
    sql`SELECT coin, micros, source FROM coin_price ORDER BY coin`,
  )

describe('a price source', () => {
  it('of the settings is stored, and read with the dollar itself', async () => {
    const { samplePrices, findPrices } = await load({ kind: 'fixed', prices: { ETH: '3200.5', POL: '0.25' } })
    expect(await samplePrices()).toBe(2)
    expect(await samplePrices()).toBe(0)
    expect(await stored()).toEqual([
      { coin: 'ETH', micros: 3_200_500_000n, source: 'fixed' },
      { coin: 'POL', micros: 250_000n, source: 'fixed' },
    ])
    expect((await findPrices()).map(({ coin, micros }) => `${coin} ${micros}`).toSorted()).toEqual([
      'ETH 3200500000',
      'POL 250000',
      'USD 1000000',
    ])
  })

  it('by HTTP is asked once in its interval, and what its pointers do not find is left out', async () => {
    body = JSON.stringify({ ethereum: { usd: 3201.25 }, solana: {} })
    const { samplePrices } = await load(http)
    expect([await samplePrices(), await samplePrices()]).toEqual([1, 0])
    expect(asked).toBe(1)
    expect(await stored()).toMatchObject(
      [{ coin: 'ETH', micros: 3_201_250_000n, source: /^127\.0\.0\.1:\d+$/ }].map((row) => ({
        ...row,
        source: expect.stringMatching(row.source),
      })),
    )
  })

  it.each([
    ['an error', 500, '{}'],
    ['no JSON', 200, 'rate limited'],
    ['a word', 200, '{"ethereum":{"usd":"soon"}}'],
    ['nothing', 200, '{"ethereum":{"usd":0}}'],
    ['a negative price', 200, '{"ethereum":{"usd":-3}}'],
  ])('by HTTP that answers %s stores nothing', async (_, code, text) => {
    status = code
    body = text
    const { samplePrices, findPrices } = await load(http)
    expect(await samplePrices()).toBe(0)
    expect(await stored()).toEqual([])
    expect((await findPrices()).map(({ coin }) => coin)).toEqual(['USD'])
  })

  it('whose last price is too old has none: nothing is guessed', async () => {
    const { findPrices } = await load(http)
    await db.execute(sql`INSERT INTO coin_price VALUES ('ETH', now() - interval '181 seconds', 3200000000, 'x')`)
    expect((await findPrices()).map(({ coin }) => coin)).toEqual(['USD'])
  })

  it('is left out of the settings: gas has no dollars, and nothing is asked', async () => {
    const { samplePrices, findPrices } = await load(undefined)
    expect(await samplePrices()).toBe(0)
    expect((await findPrices()).map(({ coin }) => coin)).toEqual(['USD'])
    expect(asked).toBe(0)
  })
})

describe('gas of the past', () => {
  it('is worth what the nearest price within six hours says, and unknown without one', async () => {
    const { valueGas } = await load(undefined)
    await db.execute(sql`
      INSERT INTO coin_price VALUES ('ETH', '2026-11-01T10:00:00Z', 3000000000, 'x'), ('ETH', '2026-11-01T12:00:00Z', 4000000000, 'x')`)
    const at = (time: string) => ({ network: 'eip155:84532', base: 10n ** 18n, at: new Date(time) })
    expect(
      await valueGas([
        at('2026-11-01T10:30:00Z'),
        at('2026-11-01T11:30:00Z'),
        at('2026-11-01T05:00:00Z'),
        at('2026-11-01T17:59:00Z'),
        at('2026-11-01T18:01:00Z'),
        { network: 'eip155:1337', base: 5n * 10n ** 12n, at: new Date() },
        { network: 'eip155:999999', base: 1n, at: new Date() },
      ]),
    ).toEqual([3_000_000_000n, 4_000_000_000n, 3_000_000_000n, 4_000_000_000n, null, 5n, null])
  })
})
