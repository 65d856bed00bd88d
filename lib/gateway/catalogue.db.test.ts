import { randomUUID } from 'node:crypto'
import { validate } from 'mppx/discovery'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { addUpstream, routeTo } from '@/sandbox/testing/remote-facilitator-fixture'
import { db, sql, withTransaction } from '@/lib/db'
import { addressesFor } from '@/lib/chains'
import { forgetRoutes } from '@/lib/remote-facilitators'
import { closeResourceCache, notifyResourceChanged } from '@/lib/merchants'
import { handle, serveBazaar, serveLlms, serveOpenApi } from '.'

const payTo = '0x1111111111111111111111111111111111111111'
const merchants: Record<string, string> = { acme: randomUUID(), bravo: randomUUID(), idle: randomUUID() }

async function sell(slug: string, path: string, more: { price?: bigint; status?: string } = {}): Promise<void> {
  const { price = 10_000n, status = 'live' } = more
  const id = randomUUID()
  await withTransaction(async (tx) => {
    await tx.execute(sql`INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, status)
      VALUES (${id}, ${merchants[slug]}, 'GET', ${path}, ${path}, 'https://up.example/', ${price}, ${status}::resource_status)`)
    await tx.execute(sql`INSERT INTO resource_payout (resource_id, network, pay_to)
      VALUES (${id}, 'eip155:84532', ${payTo}), (${id}, 'eip155:1337', ${payTo})`)
    await notifyResourceChanged(tx, slug)
  })
}

beforeAll(async () => {
  for (const [slug, id] of Object.entries(merchants))
    await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${id}, ${slug}, ${slug})`)
  await sell('acme', '/a')
  await sell('acme', '/paused', { status: 'paused' })
  await sell('acme', '/free', { price: 0n })
  await sell('bravo', '/b/:id')
  await sell('idle', '/i', { status: 'paused' })
})

afterEach(() => void vi.useRealTimers())
afterAll(closeResourceCache)

/** Gives a resource of bravo a price plan. */
async function price(path: string, policy: Record<string, unknown>): Promise<void> {
  const whole = {
    baseMicros: '10000',
    unit: null,
    minMicros: null,
    maxMicros: '20000',
    freePerDay: 0,
    windows: [],
    discounts: [],
  }
  await withTransaction(async (tx) => {
    await tx.execute(sql`
      UPDATE resource SET pricing = ${JSON.stringify({ ...whole, ...policy })}::jsonb, settle = 'after', revision = revision + 1
      WHERE path = ${path}`)
    await notifyResourceChanged(tx, 'bravo')
  })
}

type Listed = { resource: string; accepts: { scheme: string; extra: { facilitatorAddress?: string } }[] }

type Document = {
  servers: { url: string }[]
  paths: Record<string, Record<string, { 'x-payment-info': { offers: { amount: string }[] } }>>
}

const whole = async () =>
  (await (await serveOpenApi(new Request('http://sluice.test/openapi.json'))).json()) as Document

const below = (path: string, method = 'GET') =>
  handle(new Request(`http://sluice.test/gateway/${path}`, { method }), { target: `/gateway/${path}` })

describe('the catalogue', () => {
  it('lists every live resource of every merchant', async () => {
    const document = await whole()
    expect(validate(document)).toEqual([])
    expect(Object.keys(document.paths)).toEqual(['/gateway/acme/a', '/gateway/acme/free', '/gateway/bravo/b/{id}'])
    expect(document.servers).toEqual([{ url: 'http://sluice.test' }])
    const text = await (await serveLlms(new Request('http://sluice.test/llms.txt'))).text()
    expect(text).toContain('http://sluice.test/gateway/bravo/b/{id}')
    expect(text).not.toContain('paused')
  })

  it('of one merchant is below its URL, with relative paths', async () => {
    const response = await below('bravo/openapi.json')
    expect(response.headers.get('content-type')).toBe('application/json')
    const document = (await response.json()) as Document
    expect(validate(document)).toEqual([])
    expect(document.servers).toEqual([{ url: 'http://sluice.test/gateway/bravo' }])
    expect(Object.keys(document.paths)).toEqual(['/b/{id}'])
    expect((await below('bravo/openapi.json', 'HEAD')).status).toBe(200)
    expect((await below('bravo/openapi.json', 'POST')).status).toBe(404)
    expect(((await (await below('idle/openapi.json')).json()) as Document).paths).toEqual({})
    expect((await below('unknown/openapi.json')).status).toBe(404)
  })

  it('follows a change of price', async () => {
    const amounts = async () =>
      (await whole()).paths['/gateway/acme/a']!.get!['x-payment-info'].offers.map(({ amount }) => amount)
    expect(await amounts()).toEqual(['10000', '10000'])
    await withTransaction(async (tx) => {
      await tx.execute(sql`UPDATE resource SET price_micros = 20000, revision = 2 WHERE path = '/a'`)
      await notifyResourceChanged(tx, 'acme')
    })
    await expect.poll(amounts).toEqual(['20000', '20000'])
  })

  it('follows prices that depend on the time', async () => {
    const window = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 720, timeZone: 'UTC', percent: 50 }
    await price('/b/:id', { windows: [window] })
    // Before the notification arrives, the cache expires by itself.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const amountAt = async (now: string) => {
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) })
      return (await whole()).paths['/gateway/bravo/b/{id}']!.get!['x-payment-info'].offers[0]?.amount
    }
    // Earlier than the cache expires.
    expect(await amountAt('2030-01-01T11:59:50Z')).toBe('5000')
    expect(await amountAt('2030-01-01T12:00:10Z')).toBe('10000')
  })

  it('names the remote facilitator of the 402, and none after its route is removed', async () => {
    const count = { of: 'response-header', at: 'x-units' }
    const unit = { count, name: 'unit', per: '1', tiers: [{ upTo: null, micros: '1' }] }
    await price('/b/:id', { unit })
    const upto = async () => {
      const answer = await serveBazaar(new Request('http://sluice.test/facilitator/discovery/resources'))
      const { items } = (await answer.json()) as { items: Listed[] }
      const accepts = items.find(({ resource }) => resource.endsWith('/b/:id'))?.accepts ?? []
      return accepts.filter(({ scheme }) => scheme === 'upto').map(({ extra }) => extra.facilitatorAddress)
    }
    const [ours] = addressesFor('eip155:84532', 'settlement')
    await expect.poll(upto).toEqual([expect.stringMatching(new RegExp(`^${ours}$`, 'i'))])
    const id = await addUpstream(merchants.bravo!, 'https://upstream.example')
    const kinds = [{ x402Version: 2, scheme: 'upto', network: 'eip155:84532', extra: { facilitatorAddress: payTo } }]
    await db.execute(sql`UPDATE facilitator_upstream SET supported = ${JSON.stringify(kinds)}::jsonb WHERE id = ${id}`)
    await routeTo(merchants.bravo!, [id], { scheme: 'upto' })
    expect(await upto()).toEqual([payTo])
    await db.execute(sql`UPDATE facilitator_upstream SET enabled = false WHERE id = ${id}`)
    forgetRoutes(merchants.bravo!)
    expect(await upto()).toEqual([])
  })

  it('gives way to a merchant’s own resource at the same path', async () => {
    await sell('acme', '/openapi.json')
    await expect.poll(async () => (await below('acme/openapi.json')).status).toBe(402)
  })
})
