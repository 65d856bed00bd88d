import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { closeEgress } from '@/lib/egress'
import { env } from '@/lib/env'
import { closeResourceCache, createResource, setResourceHeader } from '@/lib/merchants'
import { tryUpstream } from './try-upstream'

const merchantId = '11111111-1111-4111-8111-111111111111'
const owner: MemberScope.MemberScope = { address: '0xaa', merchantId, operator: false, role: 'owner' }
const ctx = createCtx({ kind: 'member', id: owner.address })
let server: Server
let url = ''

beforeAll(async () => {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  server = createServer((request, response) => {
    const { url: path = '', method, headers } = request
    if (path === '/slow') return
    if (path === '/broken') return void response.writeHead(500, { 'content-type': 'text/plain' }).end('it broke')
    if (path === '/big') return void response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(200_000))
    if (path === '/image') return void response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.of(1, 2, 0))
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const sent = { path, method, key: headers['x-key'] ?? null, body: Buffer.concat(chunks).toString() }
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(sent))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  url = `http://127.0.0.1:${port}`
  env.UPSTREAM_ALLOW.push(`127.0.0.1:${port}`)
})
afterAll(async () => {
  await closeEgress()
  await closeResourceCache()
  server.closeAllConnections()
  server.close()
})

const send = (path: string, more: Partial<Parameters<typeof tryUpstream>[1]> = {}) =>
  tryUpstream(owner, {
    method: 'GET',
    upstreamUrl: path.startsWith('/') ? url + path : path,
    params: {},
    body: '',
    ...more,
  })

it('shows status, type and beginning, and a sample with its schema', async () => {
  const found = await send('/users/:id', { params: { id: 'a b' } })
  expect(found).toMatchObject({ status: 200, fault: null, mediaType: 'application/json', ms: expect.any(Number) })
  expect(JSON.parse(found.excerpt)).toEqual({ path: '/users/a%20b', method: 'GET', key: null, body: '' })
  expect(JSON.parse(found.sample?.example ?? '')).toMatchObject({ method: 'GET' })
  expect(JSON.parse(found.sample?.schema ?? '')).toMatchObject({ properties: { key: { type: 'null' } } })
  expect(found.bytes).toBe(found.excerpt.length)
})

it('sends a body, and the secret headers of the merchant’s own resource only', async () => {
  const payouts = [{ network: 'eip155:84532', payTo: '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65' }]
  const input = { name: 'X', method: 'POST', path: '/x', upstreamUrl: `${url}/x`, price: '0.01', payouts }
  const { id } = await createResource(ctx, owner, input)
  await setResourceHeader(ctx, owner, id, { name: 'x-key', value: 'secret' })
  const resource = { merchantSlug: 'acme', id }
  const found = await send('/x', { method: 'POST', body: '{"a":1}', resource })
  expect(JSON.parse(found.excerpt)).toMatchObject({ method: 'POST', key: 'secret', body: '{"a":1}' })
  const other = { ...owner, merchantId: '22222222-2222-4222-8222-222222222222' }
  const stolen = tryUpstream(other, { method: 'POST', upstreamUrl: `${url}/x`, params: {}, body: '', resource })
  await expect(stolen).rejects.toMatchObject({ code: 'not-found' })
  const viewer = { ...owner, role: 'viewer' as const }
  const denied = tryUpstream(viewer, { method: 'GET', upstreamUrl: `${url}/x`, params: {}, body: '' })
  await expect(denied).rejects.toMatchObject({ code: 'not-allowed' })
})

it('shows a failure as it is, and takes no sample of it', async () => {
  expect(await send('/broken')).toMatchObject({ status: 500, excerpt: 'it broke', sample: null })
  expect(await send('/big')).toMatchObject({ status: 200, bytes: null, excerpt: 'x'.repeat(2_000), sample: null })
  expect(await send('/image')).toMatchObject({
    status: 200,
    mediaType: 'image/png',
    excerpt: '',
    bytes: 3,
    sample: null,
  })
})

it.each([
  ['http://127.0.0.1:1/', 'not public'],
  ['http://169.254.169.254/latest/meta-data', 'not public'],
  ['https://no-such-host-of-sluice.invalid/', 'does not exist in DNS'],
  ['ftp://example.com/', 'not a plain http or https URL'],
  ['nonsense', 'not a plain http or https URL'],
])('says why %s gives no answer', async (address, reason) => {
  expect(await send(address)).toMatchObject({ status: null, fault: expect.stringContaining(reason) })
})
