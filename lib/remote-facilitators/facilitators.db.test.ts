import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Answer, type Served } from '@/sandbox/facilitators/reference'
import { createApiKey, type MemberScope } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import { createCtx } from '../ctx'
import { setLimits } from '@/lib/facilitator/set-limits'
import { listLimits } from '@/lib/facilitator/list-limits'
import { listRemoteFacilitators } from './list-remote-facilitators'
import { listRoutes } from './list-routes'
import { createRemoteFacilitator } from './create-remote-facilitator'
import { setRemoteFacilitatorStatus } from './set-remote-facilitator-status'
import { updateRemoteFacilitator } from './update-remote-facilitator'
import { setRoute } from './set-route'
import { testRemoteFacilitator } from './test-facilitator'

const ctx = createCtx({ kind: 'system', id: 'test' })
const address = `0x${'ab'.repeat(20)}`
const network = 'eip155:84532'
const secret = 'Bearer a-secret-that-no-page-shows'
let server: Served
let answer: Answer = { body: { kinds: [{ x402Version: 2, scheme: 'exact', network }], extensions: [], signers: {} } }

beforeAll(async () => {
  server = await serve(0, async () => answer)
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${server.port}`
})
afterAll(() => server.close())

async function owner(): Promise<MemberScope.MemberScope> {
  const merchantId = randomUUID()
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, ${merchantId}, 'Acme')`)
  return { operator: false, merchantId, address, role: 'owner' }
}

const draft = (change: Record<string, string> = {}) => ({
  name: 'Mine',
  url: `${server.url}/`,
  timeoutSeconds: '5',
  auth: 'headers',
  headers: `Authorization: ${secret}`,
  keyId: '',
  keySecret: '',
  ...change,
})

const events = async ({ merchantId }: MemberScope.MemberScope) =>
  db.query<{ type: string; data: object }>(
    sql`SELECT type, data FROM audit_event WHERE merchant_id = ${merchantId} ORDER BY seq`,
  )

describe('a remote facilitator', () => {
  it('is added, tested, edited and switched, and its secret is told nowhere', async () => {
    const scope = await owner()
    const { id } = await createRemoteFacilitator(ctx, scope, draft())
    expect(await testRemoteFacilitator(scope, id)).toMatchObject({ ok: true, kinds: 1 })
    await expect
      .poll(async () => (await listRemoteFacilitators(scope))[0])
      .toMatchObject({ calls: 1, successShare: 1, state: 'closed' })
    await updateRemoteFacilitator(ctx, scope, id, draft({ name: 'Renamed', headers: '' }))
    await setRemoteFacilitatorStatus(ctx, scope, id, false)
    const [view] = await listRemoteFacilitators(scope)
    expect(view).toMatchObject({
      name: 'Renamed',
      url: server.url,
      authHint: 'authorization',
      enabled: false,
      supports: ['exact on Base Sepolia'],
    })
    const [row] = await db.query<{ sealed: Buffer }>(
      sql`SELECT auth_sealed AS sealed FROM facilitator_upstream WHERE id = ${id}`,
    )
    expect(row?.sealed.includes('secret')).toBe(false)
    const told = await events(scope)
    expect(told.map(({ type }) => type.replace('facilitator.', ''))).toEqual([
      'upstream_added',
      'upstream_updated',
      'upstream_switched',
    ])
    expect(JSON.stringify([told, view])).not.toContain('secret')
  })

  it('does not take its secret along to another server', async () => {
    const scope = await owner()
    const { id } = await createRemoteFacilitator(ctx, scope, draft())
    process.env.UPSTREAM_ALLOW += ',127.0.0.1:1'
    await expect(
      updateRemoteFacilitator(ctx, scope, id, draft({ url: 'http://127.0.0.1:1', headers: '' })),
    ).rejects.toMatchObject({
      code: 'bad-input',
      fields: [{ field: 'headers' }],
    })
  })

  it('cannot be an address that is not public, nor be seen or changed by others', async () => {
    const scope = await owner()
    for (const url of ['http://127.0.0.1:2', 'https://10.0.0.1', 'https://169.254.169.254/latest', 'ftp://example.com'])
      await expect(createRemoteFacilitator(ctx, scope, draft({ url }))).rejects.toMatchObject({
        fields: [{ field: 'url' }],
      })
    const { id } = await createRemoteFacilitator(ctx, scope, draft())
    const other = await owner()
    expect(await listRemoteFacilitators(other)).toEqual([])
    await expect(updateRemoteFacilitator(ctx, other, id, draft())).rejects.toMatchObject({ code: 'not-found' })
    await expect(testRemoteFacilitator(other, id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(setRemoteFacilitatorStatus(ctx, { ...scope, role: 'viewer' }, id, false)).rejects.toMatchObject({
      code: 'not-allowed',
    })
    expect(await listRemoteFacilitators({ operator: true, merchantId: other.merchantId })).toContainEqual(
      expect.objectContaining({ id }),
    )
  })

  it('has no success in settlements that it told and the chain does not show', async () => {
    const scope = await owner()
    const { id } = await createRemoteFacilitator(ctx, scope, draft())
    for (let call = 0; call < 4; call++)
      await db.execute(sql`
        INSERT INTO facilitator_sample (upstream_id, kind, ok, latency_ms) VALUES (${id}::uuid, 'settle', true, 5)`)
    const told = [
      { status: 'moved', minutes: 2 },
      { status: 'dead', minutes: 2 },
      { status: 'claimed', minutes: 2 },
      { status: 'claimed', minutes: 0 },
    ]
    for (const { status, minutes } of told)
      await db.execute(sql`
        INSERT INTO facilitator_call (payment_id, upstream_id, status, claimed_hash, created_at)
        VALUES (${randomUUID()}, ${id}::uuid, ${status}::facilitator_call_state, '0x01', now() - make_interval(mins => ${minutes}))`)
    expect(await listRemoteFacilitators(scope)).toMatchObject([{ calls: 4, successShare: 0.5 }])
  })

  it('is left alone after failures in a row, and says why', async () => {
    const scope = await owner()
    const { id } = await createRemoteFacilitator(ctx, scope, draft())
    answer = { body: Buffer.from('<html>') }
    for (let tries = 0; tries < 3; tries++) expect(await testRemoteFacilitator(scope, id)).toMatchObject({ ok: false })
    await expect
      .poll(async () => (await listRemoteFacilitators(scope))[0])
      .toMatchObject({ state: 'open', successShare: 0, lastError: { message: expect.stringContaining('HTTP 200') } })
  })
})

describe('a route', () => {
  it('names the merchant’s own facilitators, and this server last', async () => {
    const scope = await owner()
    const { id } = await createRemoteFacilitator(ctx, scope, draft())
    const { id: foreign } = await createRemoteFacilitator(ctx, await owner(), draft())
    const route = { network, scheme: 'exact' }
    expect(await listRoutes(scope)).toContainEqual(expect.objectContaining({ scheme: 'exact', targets: ['local'] }))
    for (const targets of [[], [foreign], ['local', id]])
      await expect(setRoute(ctx, scope, { ...route, targets })).rejects.toMatchObject({ code: 'bad-input' })
    await setRoute(ctx, scope, { ...route, targets: [id, 'local'] })
    expect((await listRoutes(scope)).find((one) => one.network.network === network)?.targets).toEqual([id, 'local'])
    expect((await events(scope)).at(-1)).toMatchObject({ type: 'facilitator.route_set', data: { to: [id, 'local'] } })
  })
})

describe('limits', () => {
  it('are set for keys that may use the facilitator', async () => {
    const scope = await owner()
    const { id } = await createApiKey(ctx, scope, { name: 'shop', scopes: ['facilitate'] })
    const { id: reader } = await createApiKey(ctx, scope, { name: 'auditor', scopes: ['audit:read'] })
    const input = { requestsPerSecond: '7', gasPerDay: '0.5', dollarsPerDay: '12.5', networks: [network], assets: [] }
    await setLimits(ctx, scope, id, input)
    expect(await listLimits(scope)).toEqual(new Map([[id, input]]))
    await expect(setLimits(ctx, scope, reader, input)).rejects.toMatchObject({ code: 'not-possible' })
    await expect(setLimits(ctx, scope, id, { ...input, dollarsPerDay: '1e9' })).rejects.toMatchObject({
      code: 'bad-input',
    })
    await expect(setLimits(ctx, scope, id, { ...input, networks: ['eip155:1'] })).rejects.toMatchObject({
      code: 'bad-input',
    })
  })
})
