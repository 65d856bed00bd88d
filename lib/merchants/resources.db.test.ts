import { beforeAll, describe, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import * as Sealed from '../sealed'
import { db, sql } from '@/lib/db'
import {
  closeResourceCache,
  createResource,
  findPrices,
  getMerchant,
  getResource,
  listResources,
  loadMerchantResources,
  removeResourceHeader,
  restorePrice,
  setResourceHeader,
  setResourceStatus,
  setShopPaused,
  updateResource,
  type ResourceFilter,
} from '.'

const merchantId = '11111111-1111-4111-8111-111111111111'
const otherId = '22222222-2222-4222-8222-222222222222'
const payTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const address = payTo.toLowerCase()
const owner = { address, merchantId, operator: false, role: 'owner' as const }
const viewer = { ...owner, role: 'viewer' as const }
const foreigner = { ...owner, merchantId: otherId }
const ctx = createCtx({ kind: 'member', id: address })

const draft = {
  name: 'Fortune',
  method: 'GET' as const,
  path: '/fortune/:id',
  upstreamUrl: 'https://api.example.com/:id',
  price: '0.01',
  payouts: [{ network: 'eip155:84532', payTo }],
}

let sequence = 0
const create = () =>
  createResource(ctx, owner, { ...draft, path: `/made/${++sequence}`, upstreamUrl: 'https://x.example/' })

async function eventsOf(id: string): Promise<string[]> {
  const rows = await db.query<{ type: string }>(
    sql`SELECT type FROM audit_event WHERE resource_id = ${id}::uuid ORDER BY seq`,
  )
  return rows.map(({ type }) => type)
}

beforeAll(async () => {
  await db.execute(sql`
    INSERT INTO merchant (id, slug, name)
    VALUES (${merchantId}::uuid, 'acme', 'Acme'), (${otherId}::uuid, 'other', 'Other')`)
})

describe('resources', () => {
  it('are created live with their price version and one event', async () => {
    const { id, warnings } = await createResource(ctx, owner, draft)
    expect(warnings).toEqual([])
    const view = await getResource(owner, id)
    expect(view).toMatchObject({ status: 'live', revision: 1, priceMicros: 10_000n, path: '/fortune/:id' })
    expect(view.prices).toMatchObject([{ revision: 1, priceMicros: 10_000n, validUntil: null }])
    expect(await eventsOf(id)).toEqual(['resource.created'])
  })

  it('refuse a second path that means the same requests', async () => {
    const again = createResource(ctx, owner, { ...draft, path: '/fortune/:other', upstreamUrl: 'https://x.example/' })
    await expect(again).rejects.toMatchObject({ code: 'bad-input', fields: [{ field: 'path' }] })
  })

  it('let one of several creations at once win', async () => {
    const ends = await Promise.allSettled(
      [1, 2, 3, 4].map(() =>
        createResource(ctx, owner, { ...draft, path: '/race', upstreamUrl: 'https://x.example/' }),
      ),
    )
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('keep every price, and write nothing when nothing changed', async () => {
    const { id } = await create()
    const path = `/made/${sequence}`
    const same = { ...draft, path, upstreamUrl: 'https://x.example/' }
    await updateResource(ctx, owner, id, 1, same)
    expect((await getResource(owner, id)).revision).toBe(1)
    await updateResource(ctx, owner, id, 1, { ...same, price: '0.02' })
    const prices = await findPrices(id, Date.now() - 1_000)
    expect(prices.map(({ revision, priceMicros }) => [revision, priceMicros])).toEqual([
      [2, 20_000n],
      [1, 10_000n],
    ])
    expect(prices[1]?.validUntilMs).toBe(prices[0]?.validFromMs)
    await expect(updateResource(ctx, owner, id, 1, same)).rejects.toMatchObject({ code: 'stale-state' })
    expect(await eventsOf(id)).toEqual(['resource.created', 'resource.updated'])
  })

  it('keep the whole policy of every version, who set it and why, and go back to one', async () => {
    const { id } = await create()
    const input = { ...draft, path: `/made/${sequence}`, upstreamUrl: 'https://x.example/' }
    const pricing = {
      freePerDay: '10',
      windows: [{ days: [6, 7], from: '00:00', to: '00:00', timeZone: 'Europe/Berlin', percent: '50' }],
    }
    await updateResource(ctx, owner, id, 1, { ...input, pricing, note: 'Weekends sell badly' })
    await updateResource(ctx, owner, id, 2, { ...input, pricing })
    const held = await getResource(owner, id)
    expect(held).toMatchObject({ revision: 2, priceMicros: 10_000n, pricing: { freePerDay: 10 } })
    expect(held.prices[0]).toMatchObject({ note: 'Weekends sell badly', changedBy: address, pricing: held.pricing })
    await closeResourceCache()
    const loaded = (await loadMerchantResources('acme'))?.resources.find((resource) => resource.id === id)
    expect(loaded?.pricing).toEqual(held.pricing)
    expect((await findPrices(id, Date.now() - 60_000)).map((price) => price.pricing)).toEqual([held.pricing, null])

    await restorePrice(ctx, owner, id, { revision: 2, to: 1 })
    await restorePrice(ctx, owner, id, { revision: 3, to: 1 })
    await expect(restorePrice(ctx, owner, id, { revision: 2, to: 1 })).rejects.toMatchObject({ code: 'stale-state' })
    await expect(restorePrice(ctx, owner, id, { revision: 3, to: 9 })).rejects.toMatchObject({ code: 'not-found' })
    await expect(restorePrice(ctx, viewer, id, { revision: 3, to: 2 })).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(restorePrice(ctx, foreigner, id, { revision: 3, to: 2 })).rejects.toMatchObject({ code: 'not-found' })
    const back = await getResource(owner, id)
    expect(back).toMatchObject({ revision: 3, priceMicros: 10_000n, pricing: null })
    expect(back.prices.map(({ note }) => note)).toEqual(['Back to version 1', 'Weekends sell badly', ''])
    expect(await eventsOf(id)).toEqual(['resource.created', 'resource.updated', 'resource.updated'])
    await closeResourceCache()
  })

  it('do not go back to a price that does not fit them any more', async () => {
    const { id } = await create()
    const input = { ...draft, path: `/made/${sequence}`, upstreamUrl: 'https://x.example/' }
    const unit = {
      count: { of: 'response-bytes' as const },
      name: 'byte',
      per: '1000',
      tiers: [{ upTo: '', price: '0.01' }],
    }
    await updateResource(ctx, owner, id, 1, { ...input, pricing: { unit, maxCharge: '1' } })
    await updateResource(ctx, owner, id, 2, { ...input, streaming: true })
    const back = restorePrice(ctx, owner, id, { revision: 3, to: 2 })
    await expect(back).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Streams its answer'),
    })
  })

  it('are sold by sessions as their draft says, everywhere', async () => {
    const payouts = [...draft.payouts, { network: 'eip155:1337', payTo }]
    const sessions = { session: true, meter: 'units' as const, unitType: 'token', depositUnits: 500 }
    const input = {
      ...draft,
      ...sessions,
      path: '/tokens',
      upstreamUrl: 'https://x.example/',
      payouts,
      streaming: true,
    }
    const { id } = await createResource(ctx, owner, input)
    const loaded = async () => {
      await closeResourceCache()
      return (await loadMerchantResources('acme'))?.resources.find((resource) => resource.id === id)
    }
    expect(await getResource(owner, id)).toMatchObject(sessions)
    expect(await loaded()).toMatchObject(sessions)
    const ids = async (filter: ResourceFilter.ResourceFilter) =>
      (await listResources(owner, false, filter)).map((row) => row.id)
    expect(await ids({ q: input.path.slice(2).toUpperCase(), status: 'live' })).toContain(id)
    expect(await ids({ q: input.path.slice(2), status: 'draft' })).not.toContain(id)
    expect(await ids({ q: 'nothing%' })).toEqual([])
    expect((await listResources(owner)).find((row) => row.id === id)).toMatchObject({
      session: true,
      unitType: 'token',
    })
    await updateResource(ctx, owner, id, 1, input)
    expect((await getResource(owner, id)).revision).toBe(1)
    const fewer = { ...input, meter: 'event' as const, unitType: 'event', depositUnits: 7 }
    await updateResource(ctx, owner, id, 1, fewer)
    expect(await loaded()).toMatchObject({ meter: 'event', unitType: 'event', depositUnits: 7, revision: 2 })
    await closeResourceCache()
  })

  it('are paused and resumed once each', async () => {
    const { id } = await create()
    for (const status of ['paused', 'paused', 'live', 'live'] as const) await setResourceStatus(ctx, owner, id, status)
    expect(await eventsOf(id)).toEqual(['resource.created', 'resource.paused', 'resource.resumed'])
  })

  it('are drafts until they are complete and put on sale', async () => {
    const input = { ...draft, name: '', path: `/made/${++sequence}`, upstreamUrl: '' }
    await expect(createResource(ctx, owner, { ...input, price: 'x' }, 'draft')).rejects.toMatchObject({
      fields: [{ field: 'price' }],
    })
    const { id } = await createResource(ctx, owner, input, 'draft')
    expect(await getResource(owner, id)).toMatchObject({ status: 'draft', name: 'Untitled', upstreamUrl: '' })
    await expect(setResourceStatus(ctx, owner, id, 'live')).rejects.toMatchObject({ code: 'not-possible' })
    await updateResource(ctx, owner, id, 1, { ...input, name: 'Half' }, 'draft')
    await expect(updateResource(ctx, owner, id, 2, { ...input, name: 'Half' }, 'live')).rejects.toMatchObject({
      fields: [{ field: 'upstreamUrl' }],
    })
    expect(await getResource(owner, id)).toMatchObject({ status: 'draft', name: 'Half' })
    const whole = { ...input, name: 'Half', upstreamUrl: 'https://x.example/' }
    await updateResource(ctx, owner, id, 2, whole, 'live')
    expect(await getResource(owner, id)).toMatchObject({ status: 'live', revision: 3 })
    await expect(updateResource(ctx, owner, id, 3, whole, 'draft')).rejects.toMatchObject({ code: 'stale-state' })
    expect(await eventsOf(id)).toEqual([
      'resource.created',
      'resource.updated',
      'resource.published',
      'resource.updated',
    ])
  })

  it('are archived with their address, leave the list, and come back as drafts', async () => {
    const { id } = await create()
    const path = `/made/${sequence}`
    for (const status of ['archived', 'archived'] as const) await setResourceStatus(ctx, owner, id, status)
    const isIn = async (isArchived: boolean) => (await listResources(owner, isArchived)).some((row) => row.id === id)
    expect([await isIn(false), await isIn(true)]).toEqual([false, true])
    const again = createResource(ctx, owner, { ...draft, path, upstreamUrl: 'https://x.example/' })
    await expect(again).rejects.toMatchObject({
      fields: [{ field: 'path', message: expect.stringContaining('archived') }],
    })
    await expect(setResourceStatus(ctx, owner, id, 'live')).rejects.toMatchObject({ code: 'not-possible' })
    await setResourceStatus(ctx, owner, id, 'draft')
    expect([await isIn(false), await isIn(true)]).toEqual([true, false])
    expect(await eventsOf(id)).toEqual(['resource.created', 'resource.archived', 'resource.restored'])
  })

  it('are all paused with their shop, by members who may sell', async () => {
    const { id } = await create()
    const path = `/made/${sequence}`
    const statusOf = async () =>
      (await loadMerchantResources('acme'))?.resources.find((resource) => resource.path === path)?.status
    for (const scope of [viewer, foreigner])
      await expect(setShopPaused(ctx, scope, merchantId, true)).rejects.toMatchObject({
        code: expect.stringMatching(/not-/),
      })
    for (const isPaused of [true, true]) await setShopPaused(ctx, owner, merchantId, isPaused)
    await expect.poll(statusOf).toBe('paused')
    expect((await getMerchant(owner, merchantId)).pausedAt).toBeInstanceOf(Date)
    expect((await listResources(owner)).find((row) => row.id === id)).toMatchObject({ status: 'live' })
    await setShopPaused(ctx, owner, merchantId, false)
    await expect.poll(statusOf).toBe('live')
    const events = await db.query(
      sql`SELECT type FROM audit_event WHERE merchant_id = ${merchantId}::uuid AND type LIKE 'merchant.%' ORDER BY seq`,
    )
    expect(events).toEqual([{ type: 'merchant.paused' }, { type: 'merchant.resumed' }])
    await closeResourceCache()
  })

  it('seal their headers, and never tell them', async () => {
    const { id } = await create()
    const secret = 'Bearer sk-0123456789abcdef'
    await setResourceHeader(ctx, owner, id, { name: 'Authorization', value: secret })
    const [row] = await db.query<{ sealed: Buffer }>(
      sql`SELECT sealed FROM resource_header WHERE resource_id = ${id}::uuid`,
    )
    expect(Sealed.open(row?.sealed ?? Buffer.of(), Sealed.headerContext(id, 'authorization'))).toBe(secret)
    const view = await getResource(owner, id)
    expect(view.headers).toMatchObject([{ name: 'authorization', last4: 'cdef' }])
    const [event] = await db.query<{ data: string }>(
      sql`SELECT data::text AS data FROM audit_event WHERE resource_id = ${id}::uuid AND type = 'resource.header_set'`,
    )
    expect(event?.data).not.toContain('sk-')
    await removeResourceHeader(ctx, owner, id, 'authorization')
    expect((await getResource(owner, id)).headers).toEqual([])
  })

  it.each(['Host', 'content-length', 'payment-signature', 'x forwarded', ''])(
    'refuse the header name %j',
    async (name) => {
      const { id } = await create()
      const set = setResourceHeader(ctx, owner, id, { name, value: 'x' })
      await expect(set).rejects.toMatchObject({ code: 'bad-input', fields: [{ field: 'name' }] })
    },
  )

  it('belong to their merchant only, and viewers change nothing', async () => {
    const { id } = await create()
    const edits = (scope: typeof owner | typeof viewer) => [
      () => updateResource(ctx, scope, id, 1, draft),
      () => setResourceStatus(ctx, scope, id, 'paused'),
      () => setResourceHeader(ctx, scope, id, { name: 'x-key', value: 'x' }),
      () => removeResourceHeader(ctx, scope, id, 'x-key'),
    ]
    for (const edit of edits(foreigner)) await expect(edit()).rejects.toMatchObject({ code: 'not-found' })
    for (const edit of edits(viewer)) await expect(edit()).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(createResource(ctx, viewer, draft)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(getResource(foreigner, id)).rejects.toMatchObject({ code: 'not-found' })
    expect((await listResources(foreigner)).map((row) => row.id)).not.toContain(id)
    expect((await listResources(owner)).map((row) => row.id)).toContain(id)
    expect((await listResources({ ...foreigner, operator: true })).map((row) => row.id)).toContain(id)
    await expect(getResource(owner, "' OR 1=1")).rejects.toMatchObject({ code: 'not-found' })
  })
})
