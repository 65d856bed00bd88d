import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startStripe, stripeClient, type StripeServer } from '.'
import { startReceiver } from './receiver'
import { Store } from './store'

let dir: string
beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'stripe-sandbox-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const pay = (server: StripeServer, idempotencyKey: string) =>
  stripeClient(server).paymentIntents.create(
    { amount: 1_000, currency: 'usd', confirm: true, payment_method: 'pm_card_refundFail' },
    { idempotencyKey },
  )

test('a second run has the objects, the keys, the clock and the events of the first', async () => {
  const receiver = await startReceiver(() => 'whsec_kept')
  const webhook = { url: receiver.url, secret: 'whsec_kept' }
  const first = await startStripe({ dir, webhook })
  first.webhooks.hold()
  const intent = await pay(first, 'kept')
  const refund = await stripeClient(first).refunds.create({ payment_intent: intent.id })
  first.controls.advance(1_000)
  const balance = first.state.balance(first.account)
  const nowMs = first.nowMs()
  await first.stop()

  const second = await startStripe({ dir, webhook })
  expect(second.nowMs()).toBeGreaterThanOrEqual(nowMs)
  expect((await pay(second, 'kept')).id).toBe(intent.id)
  expect(second.state.all('payment_intent')).toHaveLength(1)
  expect(second.state.balance(second.account)).toEqual(balance)
  await second.webhooks.idle()
  expect(receiver.types()).toContain('payment_intent.succeeded')
  // What was due in the first run is due in the second.
  second.controls.advance(5_000)
  expect(second.state.find('refund', refund.id)?.status).toBe('failed')
  expect(second.state.all('webhook_endpoint')).toHaveLength(1)
  second.controls.advance(25 * 3_600_000)
  await second.stop()
  // Its keys are forgotten after 24 hours, and the third run does not carry their answers along.
  const third = await startStripe({ dir, webhook })
  expect(third.state.all('kept_reply')).toEqual([])
  await third.stop()
  await receiver.stop()
})

test('half a line at the end is a request that was never answered', async () => {
  const first = await startStripe({ dir })
  await pay(first, 'whole')
  await first.stop()
  appendFileSync(path.join(dir, 'stripe.jsonl'), '[{"kind":"payment_intent","acc')
  const second = await startStripe({ dir })
  expect(second.state.all('payment_intent')).toHaveLength(1)
  await second.stop()
  expect(readFileSync(path.join(dir, 'stripe.jsonl'), 'utf8').endsWith('\n')).toBe(true)
})

test('a transaction that throws leaves every row as it was', () => {
  const store = new Store(dir)
  const offset = { id: 'offset', created: 0, offsetMs: 5 }
  store.transaction(() => store.insert('clock_offset', '', offset))
  expect(() =>
    store.transaction(() => {
      store.update('clock_offset', 'offset', { offsetMs: 9 })
      store.insert('clock_offset', '', { ...offset, id: 'other' })
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(store.all('clock_offset')).toEqual([offset])
  expect(new Store(dir).all('clock_offset')).toEqual([offset])
})

test('the endpoint of the options moves with the address of the next run, and keeps its secret', async () => {
  const first = await startStripe({ dir, webhook: { url: 'http://127.0.0.1:9/old' } })
  const secret = first.webhookSecret
  await first.stop()
  const second = await startStripe({ dir, webhook: { url: 'http://127.0.0.1:9/new' } })
  expect(second.webhookSecret).toBe(secret)
  expect(second.state.all('webhook_endpoint').map(({ url }) => url)).toEqual(['http://127.0.0.1:9/new'])
  await second.stop()
})

test('a journal that is mostly history is written anew', async () => {
  const size = () => readFileSync(path.join(dir, 'stripe.jsonl'), 'utf8').length
  const store = new Store(dir)
  store.transaction(() => store.insert('clock_offset', '', { id: 'offset', created: 0, offsetMs: 0 }))
  for (let offsetMs = 1; offsetMs <= 10; offsetMs++)
    store.transaction(() => store.update('clock_offset', 'offset', { offsetMs }))
  const before = size()
  expect(new Store(dir).all('clock_offset')).toEqual([{ id: 'offset', created: 0, offsetMs: 10 }])
  expect(size()).toBeLessThan(before / 5)
})

test('a call that waits when the server stops has no effect', async () => {
  const first = await startStripe({ dir })
  first.faults.add({ action: 'hold' })
  const call = pay(first, 'held').catch((error: Error) => error.name)
  await first.faults.held()
  await first.stop()
  expect(await call).toBe('Error')
  const second = await startStripe({ dir })
  expect(second.state.all('payment_intent')).toEqual([])
  await second.stop()
})
