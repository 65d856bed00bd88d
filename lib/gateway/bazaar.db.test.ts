import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HTTPFacilitatorClient } from '@x402/core/server'
import { declareDiscoveryExtension, withBazaar } from '@x402/extensions/bazaar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GET as wellKnown } from '@/app/.well-known/x402/route'
import { GET as list } from '@/app/facilitator/discovery/resources/route'
import { GET as search } from '@/app/facilitator/discovery/search/route'
import { db, sql } from '@/lib/db'
import { recordListing } from '@/lib/discovery'
import { closeResourceCache } from '@/lib/merchants'
import { openShop } from '@/sandbox/testing/shop-fixture'
import { createCtx } from '../ctx'
import { checkListing, handle } from '.'

const ctx = createCtx({ kind: 'system', id: 'test' })
const payTo = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const thief = '0x1111111111111111111111111111111111111111'
let server: Server
let url: string

beforeAll(async () => {
  await openShop('http://127.0.0.1:9', payTo)
  await db.execute(sql`UPDATE resource SET listing = '{"tags":["wisdom"]}', name = 'Fortune' WHERE path = '/fortune'`)
  server = createServer((request, response) => {
    const webRequest = new Request(`http://facilitator.test${request.url}`)
    const serve = webRequest.url.includes('/discovery/search') ? search : list
    void serve(webRequest).then(async (webResponse) => {
      response.writeHead(webResponse.status, Object.fromEntries(webResponse.headers))
      response.end(await webResponse.text())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.close()
  await closeResourceCache()
})

const bazaar = () => withBazaar(new HTTPFacilitatorClient({ url })).extensions.bazaar

function settled(
  path: string,
  change: { payTo?: string; network?: string; asset?: string; description?: string } = {},
) {
  const { description = `What is at ${path}`, ...terms } = change
  const { bazaar: extension } = declareDiscoveryExtension({ input: { q: 'x' } }) as Record<
    string,
    { info: { input: object } }
  >
  return {
    payload: {
      x402Version: 2,
      resource: { url: `https://api.example.com${path}?q=x`, description, mimeType: 'text/plain', tags: ['other'] },
      extensions: { bazaar: { ...extension, info: { input: { ...extension!.info.input, method: 'GET' } } } },
    },
    requirements: {
      ...{ scheme: 'exact', network: 'eip155:84532', amount: '7', maxTimeoutSeconds: 60, extra: {} },
      ...{ asset: '0x036CbD53842c5426634e7929541eC2318f3dCF7e', payTo, ...terms },
    },
  }
}

describe('the bazaar', () => {
  it('lists this server’s resources for the official client as in their 402s', async () => {
    const { items, pagination, x402Version } = await bazaar().listResources({ type: 'http' })
    expect(x402Version).toBe(2)
    expect(pagination).toEqual({ limit: 20, offset: 0, total: 3 })
    const fortune = items.find(({ resource }) => resource === 'http://sluice.test/gateway/acme/fortune')
    expect(fortune).toMatchObject({
      type: 'http',
      description: 'Fortune',
      tags: ['wisdom'],
      accepts: [{ amount: '10000', payTo }],
    })
    expect(fortune?.accepts[0]?.extra).not.toHaveProperty('quote')
    expect(fortune?.extensions).toHaveProperty('bazaar.info.input.method', 'GET')
  })

  it('lists URLs for directories, of all merchants or of one', async () => {
    const all = await (await wellKnown(new Request('http://sluice.test/.well-known/x402'))).json()
    const own = await (await handle(new Request('http://sluice.test/gateway/acme/.well-known/x402'))).json()
    const paths = ['before', 'failing', 'fortune'].map((path) => `http://sluice.test/gateway/acme/${path}`)
    expect([all, own]).toMatchObject([
      { version: 1, resources: paths },
      { version: 1, resources: paths },
    ])
    const words = await handle(new Request('http://sluice.test/gateway/acme/llms.txt'))
    expect(await words.text()).toMatch(/^# acme at sluice.test/)
  })

  it('checks an entry as directories would', async () => {
    const [row] = await db.query<{ id: string }>(sql`SELECT id FROM resource WHERE path = '/fortune'`)
    const listing = await checkListing('acme', row!.id)
    const failed = listing?.health.checks.filter(({ state }) => state === 'fail').map(({ name }) => name)
    expect(failed).toEqual(['Way to call it', 'HTTPS', 'Description'])
    const { groups = [], bytes = 0, budget, takers } = listing?.head ?? {}
    expect(groups.map(({ name }) => name).slice(0, 2)).toEqual(['PAYMENT-REQUIRED', 'WWW-Authenticate'])
    expect(groups.reduce((sum, group) => sum + group.bytes, 0)).toBe(bytes)
    expect([budget, takers?.every(({ takes }) => takes)]).toEqual([4_000, true])
    expect(await checkListing('acme', '00000000-0000-4000-8000-000000000000')).toBeUndefined()
  })

  it('lists other sellers’ resources once paid, under the paid address', async () => {
    await recordListing(ctx, settled('/a'))
    await recordListing(
      ctx,
      settled('/a', { network: 'eip155:137', asset: `0x${'3'.repeat(40)}`, description: 'Better words' }),
    )
    await recordListing(ctx, settled('/a', { payTo: thief, description: 'Mine now' }))
    const { items } = await bazaar().listResources({ payTo })
    const listed = items.filter(({ resource }) => resource === 'https://api.example.com/a')
    expect(listed).toHaveLength(1)
    expect(listed[0]).toMatchObject({
      description: 'Better words',
      accepts: [{ network: 'eip155:137' }, { network: 'eip155:84532' }],
    })
    expect((await bazaar().listResources({ payTo: thief })).items).toEqual([])
    const [row] = await db.query<{ settlements: number }>(
      sql`SELECT settlements FROM bazaar_item WHERE resource LIKE '%/a'`,
    )
    expect(row?.settlements).toBe(2)
    // An entry without a payment for a month can be claimed by any address.
    await db.execute(sql`UPDATE bazaar_item SET updated_at = now() - interval '31 days'`)
    await recordListing(ctx, settled('/a', { payTo: thief }))
    const [item] = (await bazaar().listResources({ payTo: thief })).items
    expect(item?.accepts).toHaveLength(1)
  })

  it('pages, searches and filters both kinds together', async () => {
    for (let index = 0; index < 30; index++) await recordListing(ctx, settled(`/many/${index}`))
    const seen = new Set<string>()
    for (let offset = 0; ; offset += 10) {
      const { items, pagination } = await bazaar().listResources({ limit: 10, offset })
      for (const { resource } of items) seen.add(resource)
      expect(pagination.total).toBe(34)
      if (items.length < 10) break
    }
    expect(seen.size).toBe(34)
    const found = await bazaar().search({ query: 'WISDOM fortune' })
    expect(found.resources.map(({ resource }) => resource)).toEqual(['http://sluice.test/gateway/acme/fortune'])
    const many = await bazaar().search({ query: 'many/1', limit: 5 })
    expect(many).toMatchObject({ partialResults: true, pagination: { limit: 5, cursor: '5' } })
    const rest = await bazaar().search({ query: 'many/1', limit: 20, cursor: many.pagination?.cursor ?? '' })
    expect(many.resources.length + rest.resources.length).toBe(11)
    expect((await bazaar().search({ query: '100%_' })).resources).toEqual([])
    expect((await bazaar().listResources({ network: 'eip155:137' })).items).toEqual([])
    expect((await bazaar().listResources({ scheme: 'upto' })).items).toEqual([])
    expect((await bazaar().listResources({ extensions: 'bazaar', type: 'mcp' })).items).toEqual([])
  })

  it('refuses invalid parameters', async () => {
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'offset=-1',
      'type=ftp',
      `query=${'x'.repeat(201)}`,
      "network='",
    ])
      expect([query, (await fetch(`${url}/discovery/resources?${query}`)).status]).toEqual([query, 422])
  })

  it('limits the entries of one owner', async () => {
    await db.execute(sql`
      INSERT INTO bazaar_item (id, resource, type, operation, namespace, pay_to, x402_version, accepts, description, mime_type, extension, words)
      SELECT gen_random_uuid(), 'https://spam.example/' || n, 'http', 'GET', 'eip155', ${thief}, 2, '[]', '', '', '{}', ''
      FROM generate_series(1, 500) n`)
    await recordListing(ctx, settled('/one-more', { payTo: thief }))
    expect((await bazaar().search({ query: 'one-more' })).resources).toEqual([])
  })
})
