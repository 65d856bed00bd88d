import { randomUUID } from 'node:crypto'
import { validate } from 'mppx/discovery'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { db, sql, withTransaction } from '@/lib/db'
import { closeResourceCache, notifyResourceChanged } from '@/lib/merchants'
import { handle, serveLlms, serveOpenApi } from '.'

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

afterAll(closeResourceCache)

type Document = {
  servers: { url: string }[]
  paths: Record<string, Record<string, { 'x-payment-info': { offers: { amount: string }[] } }>>
}

const whole = async () =>
  (await (await serveOpenApi(new Request('http://sluice.test/openapi.json'))).json()) as Document

const below = (path: string, method = 'GET') =>
  handle(new Request(`http://sluice.test/gateway/${path}`, { method }), { target: `/gateway/${path}` })

describe('the catalogue', () => {
  it('is everything that is live, of every merchant', async () => {
    const document = await whole()
    expect(validate(document)).toEqual([])
    expect(Object.keys(document.paths)).toEqual(['/gateway/acme/a', '/gateway/acme/free', '/gateway/bravo/b/{id}'])
    expect(document.servers).toEqual([{ url: 'http://sluice.test' }])
    const text = await (await serveLlms(new Request('http://sluice.test/llms.txt'))).text()
    expect(text).toContain('http://sluice.test/gateway/bravo/b/{id}')
    expect(text).not.toContain('paused')
  })

  it('of one merchant stands below its address, in paths relative to it', async () => {
    const response = await below('bravo/openapi.json')
    expect(response.headers.get('content-type')).toBe('application/json')
    const document = (await response.json()) as Document
    expect(validate(document)).toEqual([])
    expect(document.servers).toEqual([{ url: 'http://sluice.test/gateway/bravo' }])
    expect(Object.keys(document.paths)).toEqual(['/b/{id}'])
    expect((await below('bravo/openapi.json', 'HEAD')).status).toBe(200)
    expect((await below('bravo/openapi.json', 'POST')).status).toBe(404)
    expect(((await (await below('idle/openapi.json')).json()) as Document).paths).toEqual({})
    expect((await below('nobody/openapi.json')).status).toBe(404)
  })

  it('follows a price', async () => {
    const amounts = async () =>
      (await whole()).paths['/gateway/acme/a']!.get!['x-payment-info'].offers.map(({ amount }) => amount)
    expect(await amounts()).toEqual(['10000', '10000'])
    await withTransaction(async (tx) => {
      await tx.execute(sql`UPDATE resource SET price_micros = 20000, revision = 2 WHERE path = '/a'`)
      await notifyResourceChanged(tx, 'acme')
    })
    await expect.poll(amounts, { timeout: 5_000 }).toEqual(['20000', '20000'])
  })

  it('gives way to what a merchant sells at its address', async () => {
    await sell('acme', '/openapi.json')
    await expect.poll(async () => (await below('acme/openapi.json')).status, { timeout: 5_000 }).toBe(402)
  })
})
