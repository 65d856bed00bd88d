import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { db, endHeartbeat, sql } from '@/lib/db'
import { closeEgress } from '@/lib/egress'
import { env } from '@/lib/env'
import { startReceiver, type Receiver } from '@/sandbox/testing/receiver'
import { ctx, event, look, openMerchant, skipDelays, tell } from '@/sandbox/testing/webhook-fixture'
import {
  createEndpoint,
  deliverToTarget,
  getDelivery,
  getEndpoint,
  listDeliveries,
  listEndpoints,
  resendDelivery,
  rotateSecret,
  sendTestEvent,
  setEndpointArchived,
  setEndpointStatus,
  updateEndpoint,
} from '.'
import * as Retry from './Retry'

let receiver: Receiver
let merchantId: string
let owner: Awaited<ReturnType<typeof openMerchant>>['owner']
let id: string
let secret: string

beforeAll(async () => {
  receiver = await startReceiver()
})
beforeEach(async () => {
  env.UPSTREAM_ALLOW.splice(0, Infinity, receiver.host)
  ;({ merchantId, owner } = await openMerchant())
  ;({ id, secret } = await createEndpoint(ctx, owner, { url: receiver.url, description: 'Books' }))
  receiver.secret = secret
  receiver.received.length = 0
  receiver.answer = (_, response) => response.writeHead(204).end()
})
afterAll(async () => {
  await endHeartbeat()
  await closeEgress()
  await receiver.stop()
})

const pay = (paymentId = ctx.id(), type = 'payment.settled') => event(type, { merchantId, paymentId })
const eventsOf = async () =>
  (
    await db.query<{ type: string }>(
      sql`SELECT type FROM audit_event WHERE merchant_id = ${merchantId}::uuid ORDER BY seq`,
    )
  ).map(({ type }) => type.replace('webhook.', ''))

describe('an endpoint', () => {
  it('shows its secret once, keeps it sealed, and leaves a trail', async () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const [stored] = await db.query<{ sealed: Buffer }>(sql`SELECT sealed FROM webhook_endpoint WHERE id = ${id}::uuid`)
    expect(stored?.sealed.toString('latin1')).not.toContain(secret)
    expect(await getEndpoint(owner, id)).toMatchObject({ last4: secret.slice(-4), waiting: 0, disabledAt: null })
    await updateEndpoint(ctx, owner, id, { url: `${receiver.url}2`, types: ['payment'] })
    await setEndpointStatus(ctx, owner, id, 'disabled')
    await setEndpointStatus(ctx, owner, id, 'disabled')
    await setEndpointStatus(ctx, owner, id, 'enabled')
    expect(await eventsOf()).toEqual(['endpoint_created', 'endpoint_updated', 'endpoint_disabled', 'endpoint_enabled'])
    expect(await listEndpoints(owner)).toMatchObject([{ url: `${receiver.url}2`, types: ['payment'], description: '' }])
  })

  it('is archived switched off, leaves the list, and comes back switched off', async () => {
    await tell(pay())
    for (const isArchived of [true, true]) await setEndpointArchived(ctx, owner, id, isArchived)
    expect(await look(id)).toMatchObject([{ status: 'failed' }])
    expect([await listEndpoints(owner), await listEndpoints(owner, true)]).toMatchObject([[], [{ id }]])
    await setEndpointArchived(ctx, owner, id, false)
    expect(await listEndpoints(owner)).toMatchObject([{ id, disabledAt: expect.any(String), archivedAt: null }])
    expect(await eventsOf()).toEqual(
      expect.arrayContaining(['endpoint_disabled', 'endpoint_archived', 'endpoint_restored']),
    )
  })

  it('is not admitted to exist to other merchants, and is not changed by viewers', async () => {
    const other = (await openMerchant()).owner
    const viewer = { ...owner, role: 'viewer' as const }
    await tell(pay())
    const [delivery] = await look(id)
    const verbs = [
      (who: typeof owner) => updateEndpoint(ctx, who, id, { url: receiver.url }),
      (who: typeof owner) => setEndpointStatus(ctx, who, id, 'disabled'),
      (who: typeof owner) => setEndpointArchived(ctx, who, id, true),
      (who: typeof owner) => rotateSecret(ctx, who, id),
      (who: typeof owner) => sendTestEvent(ctx, who, id),
      (who: typeof owner) => resendDelivery(ctx, who, delivery?.id ?? ''),
    ]
    for (const verb of verbs) {
      await expect(verb(other)).rejects.toMatchObject({ code: 'not-found' })
      await expect(verb(viewer as unknown as typeof owner)).rejects.toMatchObject({ code: 'not-allowed' })
    }
    expect(await getEndpoint(other, id)).toBeUndefined()
    expect(await getDelivery(other, delivery?.id ?? '')).toBeUndefined()
    expect(await listEndpoints(other)).toEqual([])
    const viewerMakes = createEndpoint(ctx, viewer as unknown as typeof owner, { url: receiver.url })
    await expect(viewerMakes).rejects.toMatchObject({ code: 'not-allowed' })
  })

  it('may not be a private address: neither when it is set, nor later', async () => {
    for (const url of ['http://127.0.0.1:1/', 'https://localhost/', 'https://10.0.0.1/'])
      await expect(createEndpoint(ctx, owner, { url })).rejects.toMatchObject({ fields: [{ field: 'url' }] })
    env.UPSTREAM_ALLOW.length = 0
    await tell(pay())
    await deliverToTarget(ctx, id)
    const [row] = await look(id)
    expect(row).toMatchObject({ status: 'waiting', attempts: 1 })
    const { tries } = (await getDelivery(owner, row?.id ?? '')) ?? {}
    expect(tries).toMatchObject([{ httpStatus: null, detail: 'This leads to an address that is not public.' }])
    expect(receiver.received).toEqual([])
  })

  it('is signed for with both secrets while one is rotated, then with the new one only', async () => {
    const rotated = await rotateSecret(ctx, owner, id)
    const deliver = async (key: string) => {
      receiver.secret = key
      await tell(pay())
      await deliverToTarget(ctx, id)
    }
    await deliver(secret)
    await deliver(rotated.secret)
    await db.execute(sql`UPDATE webhook_endpoint SET previous_until = now() WHERE id = ${id}::uuid`)
    await deliver(rotated.secret)
    expect(receiver.received).toHaveLength(3)
    await deliver(secret)
    expect(receiver.refused.splice(0)).toEqual(['No matching signature found'])
  })
})

describe('an answer', () => {
  it('that redirects is a failure, and is not followed', async () => {
    receiver.answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()
    await tell(pay())
    await deliverToTarget(ctx, id)
    const [row] = await look(id)
    const { tries } = (await getDelivery(owner, row?.id ?? '')) ?? {}
    expect(tries).toMatchObject([{ httpStatus: 302, detail: 'Redirects to /elsewhere, which is not followed.' }])
    expect(receiver.received).toHaveLength(1)
  })

  it('is kept up to 4 KB, without what cannot be shown', async () => {
    receiver.answer = (_, response) => response.writeHead(200).end(`\u0000ok${'x'.repeat(100_000)}`)
    const sent = await sendTestEvent(ctx, owner, id)
    expect(sent).toMatchObject({ isTaken: true, httpStatus: 200 })
    const detail = (await getDelivery(owner, sent.id))?.tries[0]?.detail ?? ''
    expect(detail.startsWith('okx')).toBe(true)
    expect(detail.length).toBeLessThanOrEqual(4_096)
  })

  it('410 switches the endpoint off and gives up what waits', async () => {
    receiver.answer = (_, response) => response.writeHead(410).end()
    await tell(pay(), pay(), pay())
    await deliverToTarget(ctx, id)
    expect(receiver.received).toHaveLength(1)
    expect((await look(id)).map(({ status }) => status)).toEqual(['failed', 'failed', 'failed'])
    expect((await getEndpoint(owner, id))?.disabledWhy).toContain('410')
    await tell(pay())
    expect(await look(id)).toHaveLength(3)
    expect(await eventsOf()).toEqual(['endpoint_created', 'given_up', 'endpoint_disabled'])
  })

  it('of 500 for three days switches it off; one success in between starts over', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end()
    const age = (days: number) =>
      db.execute(sql`
        UPDATE webhook_endpoint SET failing_since = failing_since - make_interval(days => ${days}) WHERE id = ${id}::uuid`)
    const retry = async () => {
      await skipDelays()
      await deliverToTarget(ctx, id)
    }
    await tell(pay())
    await retry()
    await age(2)
    await retry()
    expect(await getEndpoint(owner, id)).toMatchObject({ disabledAt: null, waiting: 1 })
    receiver.answer = (_, response) => response.writeHead(200).end()
    await retry()
    expect(await getEndpoint(owner, id)).toMatchObject({ failingSince: null, waiting: 0 })
    receiver.answer = (_, response) => response.writeHead(500).end()
    await tell(pay())
    await retry()
    await age(2)
    await retry()
    await age(2)
    await retry()
    expect((await getEndpoint(owner, id))?.disabledWhy).toBe('Every delivery failed for 3 days.')
  })

  it('that never comes ends the tries, and the next of its subject goes', async () => {
    const paymentId = ctx.id()
    receiver.answer = ({ type }, response) => response.writeHead(type === 'payment.settled' ? 500 : 200).end()
    await tell(pay(paymentId), pay(paymentId, 'payment.delivered'))
    await db.execute(sql`UPDATE webhook_delivery SET attempts = ${Retry.triesMax - 1} WHERE target = ${id}
      AND type = 'payment.settled'`)
    expect(await deliverToTarget(ctx, id)).toBe(2)
    expect(await look(id)).toMatchObject([
      { status: 'failed', attempts: Retry.triesMax },
      { status: 'delivered', attempts: 1 },
    ])
    expect(await eventsOf()).toContain('given_up')
  })
})

describe('sending again by hand', () => {
  it('keeps the id, needs no turn, and says how it went', async () => {
    const paymentId = ctx.id()
    receiver.answer = (_, response) => response.writeHead(503).end('down')
    await tell(pay(paymentId), pay(paymentId, 'payment.delivered'))
    await deliverToTarget(ctx, id)
    const [first, second] = (await look(id)).map((row) => row.id)
    await expect(resendDelivery(ctx, owner, second ?? '')).rejects.toMatchObject({ code: 'stale-state' })
    expect(await resendDelivery(ctx, owner, first ?? '')).toMatchObject({ isTaken: false, httpStatus: 503 })
    expect(await look(id)).toMatchObject([{ status: 'waiting', attempts: 2 }, { status: 'waiting' }])
    receiver.answer = (_, response) => response.writeHead(200).end()
    expect(await resendDelivery(ctx, owner, first ?? '')).toMatchObject({ isTaken: true, httpStatus: 200 })
    expect(await deliverToTarget(ctx, id)).toBe(1)
    expect(await resendDelivery(ctx, owner, first ?? '')).toMatchObject({ isTaken: true })
    expect(receiver.received.map((one) => one.id)).toEqual([first, first, first, second, first])
    expect(await getDelivery(owner, first ?? '')).toMatchObject({ status: 'delivered', attempts: 4 })
  })

  it('of one that was delivered leaves it delivered when it fails now', async () => {
    await tell(pay())
    await deliverToTarget(ctx, id)
    const [row] = await look(id)
    receiver.answer = (_, response) => response.writeHead(500).end()
    await resendDelivery(ctx, owner, row?.id ?? '')
    expect(await look(id)).toMatchObject([{ status: 'delivered', attempts: 2 }])
    await setEndpointStatus(ctx, owner, id, 'disabled')
    await expect(resendDelivery(ctx, owner, row?.id ?? '')).rejects.toThrow(/Switch it on/)
  })

  it('finds deliveries by what they are about, page by page', async () => {
    const paymentId = ctx.id()
    await tell(...Array.from({ length: 30 }, () => pay()), pay(paymentId))
    const first = await listDeliveries(owner, id, {}, { size: 25 })
    expect(first).toMatchObject({ total: 31, rows: { length: 25, 0: { subject: `payment:${paymentId}` } } })
    expect((await listDeliveries(owner, id, { about: paymentId }, { size: 25 })).total).toBe(1)
    expect((await listDeliveries(owner, id, { status: ['delivered'] }, { size: 25 })).total).toBe(0)
  })
})

it('nothing came that the official library refuses', () => expect(receiver.refused).toEqual([]))
