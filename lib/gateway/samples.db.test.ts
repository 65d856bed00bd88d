import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resource } from '@/lib/merchants'
import type { Came, listenFor } from '@/sandbox/testing/head-harness'
import { seed, slug } from '../../sandbox/seed/seed'

// The demo's resources as a proxy sees them: bytes on the socket.

const solana = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
const evmPayTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const payTo = {
  'eip155:84532': evmPayTo,
  'eip155:1337': evmPayTo,
  'eip155:137': evmPayTo,
  [solana]: 'AVzP2GeRmqGphJsMxWoqjpUifPpCret7LqWhD8NWQK49',
}
process.env.NETWORKS = JSON.stringify(
  Object.fromEntries(Object.keys(payTo).map((network) => [network, { rpcUrls: ['http://127.0.0.1:9'] }])),
)
process.env.OFFER_PRIVATE_KEY = `0x${'42'.repeat(32)}`

let ask: Awaited<ReturnType<typeof listenFor>>['ask']
let close: () => Promise<void>
let resources: readonly Resource[]
let reserve: number
const dropNetworks = async () => {
  const [{ db, sql }, { closeResourceCache }] = await Promise.all([import('@/lib/db'), import('@/lib/merchants')])
  await db.execute(sql`DELETE FROM resource_payout WHERE network IN ('eip155:137', ${solana})`)
  await closeResourceCache()
}

beforeAll(async () => {
  const databaseUrl = process.env.DATABASE_URL ?? ''
  await seed({ databaseUrl, upstreamUrl: 'http://127.0.0.1:9', payTo, operator: evmPayTo })
  const [gateway, merchants, testing, { corsBytes }] = await Promise.all([
    import('@/lib/gateway'),
    import('@/lib/merchants'),
    import('@/sandbox/testing/head-harness'),
    import('./ChallengeHead'),
  ])
  reserve = corsBytes
  resources = (await merchants.loadMerchantResources(slug))?.resources ?? []
  const listening = await testing.listenFor(gateway.answer)
  ask = listening.ask
  close = async () => {
    await listening.close()
    await merchants.closeResourceCache()
  }
})
afterAll(() => close())

/** Bytes including the reserve for CORS headers, unless they are present. */
function budgeted({ head, bytes }: Came): number {
  const cors = head.split('\r\n').filter((line) => /^access-control-/i.test(line))
  const corsBytes = cors.reduce((sum, line) => sum + line.length + 2, 0)
  return bytes - corsBytes + Math.max(corsBytes, reserve)
}

async function heads(query: string) {
  const sold = resources.filter(({ priceMicros }) => priceMicros > 0n)
  expect(sold.length).toBeGreaterThan(10)
  const body = JSON.stringify({ message: 'hi', text: 'One.' })
  const headers = { 'Content-Type': 'application/json' }
  return Promise.all(
    sold.map(async ({ method, path }) => {
      const posted = method === 'POST' ? { body, headers } : {}
      const came = await ask(method, `/gateway/${slug}${path}${query}`, posted)
      return { path, status: came.status, bytes: budgeted(came), came }
    }),
  )
}

const queries = [
  ['no query', ''],
  ['a short query', '?q=rome'],
  ['4 KB', `?q=${'x'.repeat(4_000)}`],
  ['8 KB', `?${'y'.repeat(8_000)}`],
] as const

describe('every sample of the demo', () => {
  it.each(queries)('has a head of at most 8,000 bytes on its four networks, requested with %s', async (_, query) => {
    for (const { path, status, bytes } of await heads(query))
      expect({ path, status, fits: bytes <= 8_000 }).toEqual({ path, status: 402, fits: true })
  })

  it('passes nginx with default settings if only the two protocols are on', async () => {
    const plain = ['/fortune', '/slow', '/failing', '/echo']
    const small = (await heads('')).filter(({ path }) => plain.includes(path))
    expect(small.map(({ bytes }) => bytes <= 4_000)).toEqual(plain.map(() => true))
  })

  it('names the requested URL, as mppx 0.8 requires, if it is short', async () => {
    for (const { path, came } of await heads('?q=rome')) {
      const header = /^payment-required: (.*)$/im.exec(came.head)?.[1]?.trim()
      if (header === undefined) continue
      const { resource } = JSON.parse(Buffer.from(header, 'base64').toString()) as { resource: { url: string } }
      expect(resource.url).toBe(`http://sluice.test/gateway/${slug}${path}?q=rome`)
    }
  })

  it.each(queries)('has at most 4,000 bytes on two networks, requested with %s', async (_, query) => {
    await dropNetworks()
    for (const { path, status, bytes } of await heads(query))
      expect({ path, status, fits: bytes <= 4_000 }).toEqual({ path, status: 402, fits: true })
  })

  it('answers 414 to a URL that is too long', async () => {
    const { status, body } = await ask('GET', `/gateway/${slug}/fortune?${'y'.repeat(9_000)}`)
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([414, 'uri-too-long'])
  })
})
