import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { closeEgress } from '@/lib/egress'
import { env } from '@/lib/env'
import { findPlaces, type BazaarItem } from '.'

const payTo = '0x1111111111111111111111111111111111111111'
const since = '2026-11-29T12:00:00.000Z'
let entries: { resource: string; lastUpdated?: string | number }[] = []
let total: number | undefined
let status = 200
let asked: string[] = []
let server: Server
let base: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(url.searchParams.get('offset') ?? '')
    const [limit, offset] = ['limit', 'offset'].map((name) => Number(url.searchParams.get(name)))
    const items = entries.slice(offset, offset! + limit!)
    const pagination = { limit, offset, ...(total !== undefined && { total }) }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ x402Version: 2, items, pagination }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  base = `http://127.0.0.1:${port}`
  env.UPSTREAM_ALLOW.push(`127.0.0.1:${port}`)
})
beforeEach(() => {
  ;[entries, total, status, asked] = [[], undefined, 200, []]
})
afterAll(async () => {
  env.UPSTREAM_ALLOW.length = 0
  await closeEgress()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** Each test uses its own address, because answers are cached for a minute. */
function find(path: string, more: Partial<Parameters<typeof findPlaces>[0]> = {}, settles = false) {
  const item = { resource: `http://sluice.test/gateway/acme${path}`, accepts: [{ payTo }] } as unknown as BazaarItem
  const wanted = { item, isLive: true, onSaleSince: since, checks: [], ...more }
  return findPlaces(wanted, [{ name: 'Other', url: base, settles }])
}

it('finds a resource here and elsewhere, with the date', async () => {
  entries = [{ resource: 'http://sluice.test/gateway/acme/a?x=1', lastUpdated: 1_703_123_456 }]
  expect(await find('/a')).toMatchObject([
    { state: 'listed', at: since },
    { name: 'Other', state: 'listed', at: '2023-12-21T01:50:56.000Z' },
  ])
  entries = [{ resource: 'http://sluice.test/gateway/acme/users/7', lastUpdated: since }]
  expect((await find('/users/:id'))[1]).toMatchObject({ state: 'listed', at: since })
})

it('reads several pages, but not all of a large catalogue', async () => {
  entries = Array.from({ length: 700 }, (_, index) => ({ resource: `https://x.example/${index}` }))
  entries[350] = { resource: 'http://sluice.test/gateway/acme/deep' }
  total = 700
  expect((await find('/deep'))[1]).toMatchObject({ state: 'listed', at: null })
  expect(asked).toEqual(['0', '100', '200', '300'])
  expect((await find('/deeper'))[1]).toMatchObject({ state: 'unknown', detail: expect.stringContaining('500 of 700') })
})

it('explains why a resource is not listed, and what to do', async () => {
  const whys = async (more: Parameters<typeof find>[1], settles = false) =>
    (await find(`/why/${JSON.stringify(more)}${settles}`, more, settles)).map(({ detail }) => detail)
  expect(await whys({ isLive: false })).toEqual([expect.stringContaining('paused'), expect.stringContaining('paused')])
  expect((await whys({ item: undefined }))[0]).toContain('x402')
  expect((await whys({ checks: [{ name: 'HTTPS', state: 'fail', detail: 'Set PUBLIC_URL.' }] }))[1]).toBe(
    'HTTPS: Set PUBLIC_URL.',
  )
  expect((await whys({}))[1]).toContain('Register')
  expect((await whys({}, true))[1]).toContain('without your address')
  status = 404
  expect((await find('/none'))[1]).toMatchObject({ state: 'unknown', detail: 'It keeps no catalogue.' })
  status = 500
  expect((await find('/broken'))[1]).toMatchObject({ state: 'unknown', detail: 'It answered HTTP 500.' })
})
