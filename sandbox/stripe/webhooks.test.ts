import type Stripe from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sandboxAccounts, startStripe, stripeClient, type StripeServer } from '.'
import { startReceiver, type Receiver } from './receiver'

let server: StripeServer
let receiver: Receiver
let stripe: Stripe

beforeEach(async () => {
  receiver = await startReceiver(() => server.webhookSecret)
  server = await startStripe({ webhook: { url: receiver.url }, webhooks: { retryBaseMs: 5 } })
  stripe = stripeClient(server)
})
afterEach(async () => {
  await server.stop()
  await receiver.stop()
})

const pay = (method = 'pm_card_visa') =>
  stripe.paymentIntents.create({ amount: 1_000, currency: 'usd', confirm: true, payment_method: method })
const paid = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']

test('the official SDK takes the signature, and the event can be read again', async () => {
  const intent = await pay()
  await server.webhooks.idle()
  expect(receiver.types().sort()).toEqual([...paid].sort())
  expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
  const succeeded = receiver.received.find(({ event }) => event.type === 'payment_intent.succeeded')
  expect(succeeded?.event).toMatchObject({
    object: 'event',
    livemode: false,
    data: { object: { id: intent.id, amount: 1_000 } },
  })
  expect(succeeded?.event.request?.id).toMatch(/^req_/)
  const again = await stripe.events.retrieve(succeeded?.event.id ?? '')
  expect(again).toMatchObject({ type: 'payment_intent.succeeded', pending_webhooks: 0 })
  expect((await stripe.events.list({ type: 'payment_intent.*' })).data.map(({ type }) => type)).toEqual([
    'payment_intent.succeeded',
    'payment_intent.created',
  ])
})

test('each path of a payment has its events', async () => {
  server.webhooks.hold()
  const types = () => server.state.all('event').map(({ type }) => type)
  await pay('pm_card_visa_chargeDeclined').catch(() => undefined)
  expect(types()).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
  const intent = await stripe.paymentIntents.create({
    amount: 1_000,
    currency: 'usd',
    confirm: true,
    capture_method: 'manual',
    payment_method: 'pm_card_visa',
  })
  await stripe.paymentIntents.capture(intent.id)
  expect(types().slice(3)).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
    'charge.captured',
    'payment_intent.succeeded',
  ])
  await stripe.refunds.create({ payment_intent: intent.id })
  expect(types().slice(8)).toEqual(['refund.created', 'charge.refunded'])
})

test('an endpoint that refuses gets the event again until it takes it', async () => {
  let refusals = 3
  receiver.answer = ({ type }) => (type === 'payment_intent.succeeded' && refusals-- > 0 ? 503 : 200)
  await pay()
  await server.webhooks.idle()
  expect(receiver.types().filter((type) => type === 'payment_intent.succeeded')).toHaveLength(4)
  expect(receiver.types().filter((type) => type === 'charge.succeeded')).toHaveLength(1)
})

test('an endpoint that does not answer in time gets the event again', async () => {
  const brief = await startStripe({ webhook: { url: receiver.url }, webhooks: { retryBaseMs: 1, timeoutMs: 300 } })
  let silent = 1
  receiver.answer = () => (silent-- > 0 ? undefined : 200)
  await stripeClient(brief).customers.create()
  await brief.webhooks.idle()
  expect(brief.webhooks.attempts[0]).toMatchObject({ status: undefined })
  expect(brief.webhooks.attempts.at(-1)).toMatchObject({ type: 'customer.created', status: 200 })
  await brief.stop()
})

test('a refused event waits longer each time, and is given up in the end', async () => {
  const slow = await startStripe({ webhook: { url: receiver.url }, webhooks: { retryBaseMs: 3_600_000 } })
  const client = stripeClient(slow)
  receiver.answer = () => 503
  await client.customers.create()
  await expect.poll(() => slow.webhooks.attempts.length).toBe(1)
  // Another event does not hurry the first one.
  await client.customers.create()
  await expect.poll(() => slow.webhooks.attempts.length).toBe(2)
  expect(new Set(slow.webhooks.attempts.map(({ event }) => event)).size).toBe(2)
  await slow.stop()

  const brief = await startStripe({ webhook: { url: receiver.url }, webhooks: { retryBaseMs: 1, attemptsMax: 3 } })
  await stripeClient(brief).customers.create()
  await brief.webhooks.idle()
  expect(brief.webhooks.attempts).toHaveLength(3)
  expect(brief.state.all('event')).toMatchObject([{ pending_webhooks: 1 }])
  await brief.stop()
})

test('events are held back and come in another order', async () => {
  server.webhooks.hold()
  const intent = await pay()
  await stripe.refunds.create({ payment_intent: intent.id })
  await server.webhooks.idle()
  expect(receiver.received).toEqual([])
  await server.webhooks.release('reverse')
  expect(receiver.types()).toEqual([...paid, 'refund.created', 'charge.refunded'].toReversed())
  server.webhooks.hold()
  await pay()
  await server.webhooks.release(['payment_intent.succeeded'])
  expect(receiver.types().slice(5)).toEqual(['payment_intent.succeeded', 'payment_intent.created', 'charge.succeeded'])
})

test('events come twice, with a bad signature, or too old, on request', async () => {
  server.webhooks.tamper({ twice: true, times: 1 })
  server.webhooks.tamper({ badSignature: true, times: 1 })
  server.webhooks.tamper({ ageS: 600, times: 1 })
  await pay()
  await server.webhooks.idle()
  const sent = (type: string) =>
    receiver.received.filter(({ event }) => event.type === type).map(({ isSigned }) => isSigned)
  expect(paid.map(sent)).toEqual([[true, true], [false], [false]])
  const { id } = server.state.all('event')[2] ?? { id: '' }
  expect(await server.webhooks.resend(id)).toEqual([200])
  expect(sent('payment_intent.succeeded')).toEqual([false, true])
})

test('endpoints are made, listed and deleted over the API; the secret is shown once', async () => {
  const other = await startReceiver(() => secret)
  const made = await stripe.webhookEndpoints.create({ url: other.url, enabled_events: ['charge.succeeded'] })
  const secret = made.secret
  expect(secret).toMatch(/^whsec_/)
  await pay()
  await server.webhooks.idle()
  expect(other.received.map(({ event, isSigned }) => [event.type, isSigned])).toEqual([['charge.succeeded', true]])
  const { data } = await stripe.webhookEndpoints.list()
  expect(data.map(({ url }) => url)).toEqual([other.url, receiver.url])
  expect(data[0]?.secret).toBeUndefined()
  expect(await stripe.webhookEndpoints.del(made.id)).toMatchObject({ deleted: true })
  await pay()
  await server.webhooks.idle()
  expect(other.received).toHaveLength(1)
  await other.stop()
})

test('a Connect endpoint hears the connected accounts, and only those', async () => {
  const platform = await startReceiver(() => undefined)
  await stripe.webhookEndpoints.create({ url: platform.url, enabled_events: ['charge.succeeded'], connect: true })
  await pay()
  const direct = { amount: 1_000, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' }
  await stripe.paymentIntents.create(direct, { stripeAccount: sandboxAccounts.connected.id })
  await server.webhooks.idle()
  expect(platform.received.map(({ event }) => event.account)).toEqual([sandboxAccounts.connected.id])
  expect(receiver.received.map(({ event }) => event.account)).toEqual([undefined, undefined, undefined])
  await platform.stop()
})
