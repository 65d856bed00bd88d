import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCtx } from '../ctx'
import { db, sql } from '@/lib/db'
import { createResource, findPrice, loadMerchantResources, closeResourceCache, updateResource } from '@/lib/merchants'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { Abort } from './Abort'
import { chargeOf } from './metered-charge'
import { takeFreeCall } from './free-quota'
import { giveBackFreeCall } from './give-back-free-call'
import { priceRequest } from './price-request'
import type { PricedRequest } from './PricedRequest'
import { serveFreeCall } from './serve-free-call'

const merchantId = randomUUID()
const payTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const wallet = payTo.toLowerCase()
const owner = { address: wallet, merchantId, operator: false, role: 'owner' as const }
const ctx = createCtx({ kind: 'member', id: wallet })
let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream({})
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
})

afterAll(async () => {
  await closeResourceCache()
  await upstream.stop()
})

const draft = (path: string, pricing: Record<string, unknown>) => ({
  name: path,
  method: 'GET' as const,
  path,
  upstreamUrl: upstream.baseUrl + path,
  price: '0.01',
  pricing,
  payouts: [{ network: 'eip155:84532', payTo }],
})

async function sell(path: string, pricing: Record<string, unknown>): Promise<PricedRequest> {
  const { id } = await createResource(ctx, owner, draft(path, pricing))
  await closeResourceCache()
  const resource = (await loadMerchantResources('acme'))?.resources.find((one) => one.id === id)
  if (!resource) throw new Error('it is not on sale')
  const request = new Request(`http://sluice.test/gateway/acme${path}`)
  const asked = {
    ctx,
    request,
    resource,
    params: {},
    body: { kind: 'none' as const },
    gone: new Abort(),
    agent: { wallet },
    agentRequest: {
      method: 'GET',
      url: request.url,
      host: 'sluice.test',
      path,
      query: '',
      description: '',
      mimeType: '',
    },
  }
  return { ...asked, quote: priceRequest(asked, resource) }
}

describe('the free quota of a wallet', () => {
  it('is never exceeded by two hundred parallel requests, and failed calls are returned', async () => {
    const { resource } = await sell('/fortune', { freePerDay: '50' })
    const call = { resourceId: resource.id, wallet, day: '2026-11-22' }
    const taken = await Promise.all(Array.from({ length: 200 }, () => takeFreeCall(call, 50)))
    const used = taken.filter((count) => count !== undefined).toSorted((a, b) => a - b)
    expect(used).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
    await Promise.all([giveBackFreeCall(call), giveBackFreeCall(call)])
    const again = await Promise.all(Array.from({ length: 20 }, () => takeFreeCall(call, 50)))
    expect(again.filter((count) => count !== undefined)).toHaveLength(2)
    expect(await takeFreeCall({ ...call, day: '2026-11-23' }, 50)).toBe(1)
    expect(await takeFreeCall({ ...call, wallet: '0xb' }, 50)).toBe(1)
    expect(await takeFreeCall({ ...call, wallet: '0xc' }, 0)).toBeUndefined()
  })

  it('answers without payment until it is used up, and counts no failure', async () => {
    const pricedRequest = await sell('/report', { freePerDay: '2' })
    const answers = await Promise.all([
      serveFreeCall(pricedRequest),
      serveFreeCall(pricedRequest),
      serveFreeCall(pricedRequest),
    ])
    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(2)
    expect(await serveFreeCall({ ...pricedRequest, agent: undefined })).toBeUndefined()
    const failing = await sell('/failing', { freePerDay: '1' })
    await expect(serveFreeCall(failing)).rejects.toMatchObject({ code: 'upstream-failed' })
    await expect(serveFreeCall(failing)).rejects.toMatchObject({ code: 'upstream-failed' })
  })
})

describe('a metered charge', () => {
  it('uses the price plan of its quote, also after an edit', async () => {
    const unit = (price: string) => ({
      unit: { count: { of: 'response-number', at: '/tokens' }, name: 'token', per: '1', tiers: [{ upTo: '', price }] },
      maxCharge: '1',
    })
    const pricedRequest = await sell('/status', unit('0.001'))
    const { id } = pricedRequest.resource
    const answer = { headers: [], body: new TextEncoder().encode('{"tokens":5}') }
    expect(await chargeOf(pricedRequest, answer)).toBe(15_000n)
    await updateResource(ctx, owner, id, 1, draft('/status', unit('0.1')))
    await closeResourceCache()
    const resource = (await loadMerchantResources('acme'))?.resources.find((one) => one.id === id)
    if (!resource) throw new Error('it is not on sale')
    expect(resource.revision).toBe(2)
    expect(await chargeOf({ ...pricedRequest, resource }, answer)).toBe(15_000n)
    expect(await chargeOf({ resource, quote: priceRequest(pricedRequest, resource) }, answer)).toBe(510_000n)
    expect(await findPrice(id, 9)).toBeUndefined()
  })
})
