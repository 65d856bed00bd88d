import { fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { db, endHeartbeat, sql } from '@/lib/db'
import { closeEgress } from '@/lib/egress'
import { env } from '@/lib/env'
import { startRunner } from '@/lib/jobs/start-runner'
import { bundle } from '@/sandbox/testing/bundle'
import { startReceiver, type Receiver } from '@/sandbox/testing/receiver'
import {
  ctx,
  event,
  insertTransaction,
  look,
  openMerchant,
  skipDelays,
  tell,
  until,
} from '@/sandbox/testing/webhook-fixture'
import { createEndpoint, deliverDueWebhooks, deliverToTarget, getCallbackSecret } from '.'

let receiver: Receiver
let merchantId: string
let owner: Awaited<ReturnType<typeof openMerchant>>['owner']
let endpointId: string

beforeAll(async () => {
  receiver = await startReceiver()
  env.UPSTREAM_ALLOW.push(receiver.host)
})
beforeEach(async () => {
  await db.execute(sql`UPDATE webhook_delivery SET status = 'failed' WHERE status = 'waiting'`)
  ;({ merchantId, owner } = await openMerchant())
  const made = await createEndpoint(ctx, owner, { url: receiver.url })
  endpointId = made.id
  receiver.secret = made.secret
  receiver.received.length = 0
  receiver.answer = (_, response) => response.writeHead(204).end()
})
afterAll(async () => {
  await endHeartbeat()
  await closeEgress()
  await receiver.stop()
})

const steps = ['queued', 'signed', 'broadcast', 'included', 'safe', 'final']
const story = (transactionId: string) => steps.map((step) => event(`transaction.${step}`, { transactionId }))
const told = (transactionId: string) =>
  receiver.received.filter(({ data }) => data.transaction?.id === transactionId).map(({ type }) => type)
const types = steps.map((step) => `transaction.${step}`)

it('waits behind the first of its subject without being looked at, and follows it at once', async () => {
  const isAlive = { now: false }
  receiver.answer = (_, response) => response.writeHead(isAlive.now ? 204 : 500).end()
  const transactionId = await insertTransaction(merchantId)
  const [first, second, ...rest] = story(transactionId)
  await tell(first!, second!)
  expect(await deliverToTarget(ctx, endpointId)).toBe(1)
  await tell(...rest)
  const dueNow = () =>
    db.query(
      sql`SELECT type FROM webhook_delivery WHERE target = ${endpointId} AND status = 'waiting' AND due_at <= now()`,
    )
  expect(await dueNow()).toEqual([])
  isAlive.now = true
  await db.execute(sql`
    UPDATE webhook_delivery SET due_at = now() WHERE target = ${endpointId} AND status = 'waiting' AND attempts = 1`)
  expect(await deliverDueWebhooks(ctx, 15_000)).toBe(steps.length)
  expect(told(transactionId)).toEqual([types[0], ...types])
})

describe('what is told', () => {
  it('is signed, holds the event and the transaction, and goes to those who asked', async () => {
    const other = await openMerchant()
    const narrow = await createEndpoint(ctx, owner, { url: receiver.url, types: ['transaction.final', 'payment'] })
    const foreign = await createEndpoint(ctx, other.owner, { url: receiver.url })
    const transactionId = await insertTransaction(merchantId)
    const last = event('transaction.final', { transactionId, data: { blockNumber: '7' } })
    await tell(event('transaction.included', { transactionId }), event('session.created', { merchantId }), last)
    expect((await look(narrow.id)).map(({ type }) => type)).toEqual(['transaction.final'])
    expect(await look(foreign.id)).toEqual([])
    expect(await deliverToTarget(ctx, endpointId)).toBe(2)
    expect(receiver.received[1]).toMatchObject({
      type: 'transaction.final',
      data: {
        transaction: { id: transactionId, network: 'eip155:84532', status: 'queued', intentId: null },
        event: { index: last.index.toString(), data: { blockNumber: '7' } },
      },
    })
    const [stored] = await look(endpointId)
    expect(receiver.received[0]?.id).toBe(stored?.id)
    expect(await look(endpointId)).toMatchObject([{ status: 'delivered', attempts: 1 }, { status: 'delivered' }])
  })

  it('of a transaction of the gateway itself is sent to no endpoint', async () => {
    const transactionId = await insertTransaction(merchantId)
    await db.execute(sql`UPDATE transaction SET merchant_id = NULL WHERE id = ${transactionId}::uuid`)
    await tell(...story(transactionId))
    expect(await look(endpointId)).toEqual([])
  })

  it('goes to the callback URL of an intent, signed with the merchant’s callback secret', async () => {
    const transactionId = await insertTransaction(merchantId, receiver.url)
    await tell(event('transaction.included', { transactionId }))
    receiver.secret = getCallbackSecret(owner)
    expect(await deliverToTarget(ctx, `callback:http://${receiver.host}`)).toBe(1)
    expect(told(transactionId)).toEqual(['transaction.included'])
  })

  it('of an alert goes only to the endpoint that its rule names', async () => {
    const named = await createEndpoint(ctx, owner, { url: receiver.url, types: ['payment'] })
    const alertId = ctx.id()
    // An operator's rule may be about another merchant's transaction.
    const transactionId = await insertTransaction((await openMerchant()).merchantId)
    await tell(
      event('transaction.included', { transactionId }),
      event('alert.opened', { merchantId, transactionId, data: { alertId, endpointId: named.id } }),
    )
    expect(await look(named.id)).toMatchObject([{ type: 'alert.opened', subject: `alert:${alertId}` }])
    expect(await look(endpointId)).toEqual([])
  })
})

describe('a receiver that fails, is slow and gets repeats', () => {
  it('holds back only the transaction that it fails for, and is told everything in order', async () => {
    const [failing, fine] = [await insertTransaction(merchantId), await insertTransaction(merchantId)]
    let failures = 3
    receiver.answer = ({ data }, response) => {
      const fails = data.transaction?.id === failing && failures-- > 0
      setTimeout(() => response.writeHead(fails ? 500 : 200).end(fails ? 'not now' : ''), 5)
    }
    const [one, two] = [story(failing), story(fine)]
    await tell(...one.slice(0, 3), ...two.slice(0, 3))
    await tell(...one.slice(3), ...two.slice(3))
    await deliverDueWebhooks(ctx, 30_000)
    expect(told(fine)).toEqual(types)
    expect(told(failing)).toEqual([types[0]])
    for (let round = 0; round < 3; round++) {
      const [first, second] = await look(endpointId)
      expect(first).toMatchObject({ status: 'waiting', attempts: round + 1 })
      expect(first?.delayMs).toBeLessThan(5_000 * 3 ** round + 1)
      expect(second).toMatchObject({ status: 'waiting', attempts: 0 })
      await skipDelays()
      await deliverDueWebhooks(ctx, 30_000)
    }
    expect(told(failing)).toEqual([types[0], types[0], types[0], ...types])
    const ids = receiver.received.filter(({ data }) => data.transaction?.id === failing).map(({ id }) => id)
    expect(new Set(ids).size).toBe(types.length)
    const tries = await db.query(
      sql`SELECT number, http_status AS status, detail FROM webhook_try WHERE delivery_id = ${ids[0]}::uuid ORDER BY number`,
    )
    expect(tries).toMatchObject([
      { number: 1, status: 500, detail: 'not now' },
      { number: 2, status: 500 },
      { number: 3, status: 500 },
      { number: 4, status: 200, detail: '' },
    ])
  })

  it('that never answers is left after ten seconds, and delays no other endpoint', async () => {
    const silent = await startReceiver()
    env.UPSTREAM_ALLOW.push(silent.host)
    silent.answer = () => {}
    try {
      const slow = await createEndpoint(ctx, owner, { url: silent.url, types: ['transaction.final'] })
      silent.secret = slow.secret
      const ids = await Promise.all(Array.from({ length: 6 }, () => insertTransaction(merchantId)))
      await tell(...ids.map((transactionId) => event('transaction.final', { transactionId })))
      const running = deliverDueWebhooks(ctx, 11_000)
      await until('the other endpoint is told', () => receiver.received.length === ids.length)
      await until('the silent one was asked', () => silent.received.length > 0)
      await running
      const rows = await look(slow.id)
      // No more than a few at once, and each of them once.
      expect(rows.filter(({ attempts }) => attempts === 1).length).toBeLessThanOrEqual(4)
      expect(silent.received.length).toBeLessThanOrEqual(4)
      const [tried] = await db.query(sql`
        SELECT t.http_status AS status, t.detail FROM webhook_try t JOIN webhook_delivery d ON d.id = t.delivery_id
        WHERE d.target = ${slow.id}`)
      expect(tried).toEqual({ status: null, detail: 'No answer within 10 s.' })
    } finally {
      await silent.stop()
    }
  })

  it('is told at once by a worker, many transactions side by side, each in its order', async () => {
    const runner = startRunner()
    try {
      await runner.ready
      const ids = await Promise.all(Array.from({ length: 8 }, () => insertTransaction(merchantId)))
      for (const place of steps.keys())
        await tell(...ids.map((transactionId) => event(types[place] ?? '', { transactionId })))
      await until('everything is told', () => receiver.received.length === ids.length * steps.length)
      for (const id of ids) expect(told(id)).toEqual(types)
      // And again when it is due again.
      receiver.answer = (_, response) => response.writeHead(receiver.received.length % 2 ? 500 : 200).end()
      receiver.received.length = 0
      await tell(event('payment.settled', { merchantId, paymentId: ctx.id() }))
      await until('it came twice', () => receiver.received.length === 2)
      expect(receiver.received[0]?.id).toBe(receiver.received[1]?.id)
    } finally {
      await runner.stop()
    }
  })

  it('gets a repeat under the same id when the process dies before it wrote the answer down', async () => {
    const transactionId = await insertTransaction(merchantId)
    await tell(event('transaction.included', { transactionId }), event('transaction.final', { transactionId }))
    const dying = fork(await bundle(new URL('../../sandbox/testing/webhook-process.ts', import.meta.url)), {
      env: { ...process.env, SLUICE_DEMO: '1', UPSTREAM_ALLOW: receiver.host, SLUICE_FAILPOINT: 'after-webhook' },
    })
    expect(await once(dying, 'exit')).toEqual([null, 'SIGKILL'])
    expect(told(transactionId)).toEqual(['transaction.included'])
    expect(await look(endpointId)).toMatchObject([{ status: 'waiting', attempts: 0 }, { status: 'waiting' }])
    await until('the rest is told', async () => (await deliverDueWebhooks(ctx, 11_000)) > 0)
    expect(told(transactionId)).toEqual(['transaction.included', 'transaction.included', 'transaction.final'])
    expect(receiver.received[1]?.id).toBe(receiver.received[0]?.id)
  })
})

it('nothing came that the official library refuses', () => expect(receiver.refused).toEqual([]))
