import { afterEach, beforeEach, expect, test } from 'vitest'
import { mintToken, startStripe, stripeClient, type StripeServer } from '.'
import { startReceiver } from './receiver'

/** The controls as another process uses them, and time that passes by itself. */

let server: StripeServer
beforeEach(async () => (server = await startStripe()))
afterEach(() => server.stop())

async function control(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(
    server.url + path,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  )
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}

const pay = (method = 'pm_card_visa', more = {}) =>
  stripeClient(server).paymentIntents.create({
    amount: 2_000,
    currency: 'usd',
    confirm: true,
    payment_method: method,
    ...more,
  })
const intentStatus = (id: string) => server.state.find('payment_intent', id)?.status

test('time, tokens, intents and refunds', async () => {
  const token = await mintToken(server, { amount: 500 })
  await control('/_tokens/revoke', { id: token })
  expect(server.state.find('granted_token', token)?.deactivated_reason).toBe('revoked')
  const waiting = await pay('pm_card_authenticationRequired', {
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
  await control('/_intents/authenticate', { id: waiting.id, good: false })
  expect(intentStatus(waiting.id)).toBe('requires_payment_method')
  const open = await pay('pm_usBankAccount_processing')
  await control('/_intents/end', { id: open.id, how: 'succeeds' })
  expect(intentStatus(open.id)).toBe('succeeded')
  const refund = await stripeClient(server).refunds.create({ payment_intent: (await pay('pm_card_pendingRefund')).id })
  await control('/_refunds/end', { id: refund.id, how: 'fails' })
  expect(server.state.find('refund', refund.id)?.status).toBe('failed')
  const before = server.nowMs()
  await control('/_clock', { ms: 3_600_000 })
  expect(server.nowMs() - before).toBeGreaterThanOrEqual(3_600_000)
})

test('disputes, warnings and payouts', async () => {
  const { latest_charge: charge } = await pay('pm_card_bypassPending')
  expect(await control('/_warnings', { charge })).toMatchObject({ id: expect.stringMatching(/^issfr_/) })
  const payout = await stripeClient(server).payouts.create({ amount: 100, currency: 'usd' })
  await control('/_payouts/fail', { id: payout.id })
  expect(server.state.find('payout', payout.id)?.status).toBe('failed')
  const { id } = (await control('/_disputes', { charge, inquiry: true })) as { id: string }
  await control('/_disputes/escalate', { id })
  await control('/_disputes/end', { id, outcome: 'won' })
  expect(server.state.find('dispute', id)?.status).toBe('won')
  await expect(control('/_disputes', { charge })).rejects.toThrow('cannot be disputed')
})

test('webhooks, calls and state', async () => {
  const receiver = await startReceiver(() => undefined)
  await stripeClient(server).webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  await control('/_webhooks/hold', {})
  const intent = await pay()
  expect(receiver.received).toEqual([])
  await control('/_webhooks/release', { order: 'reverse' })
  expect(receiver.types()).toEqual(['payment_intent.succeeded', 'charge.succeeded', 'payment_intent.created'])
  await control('/_webhooks/tamper', { twice: true, times: 1 })
  await control('/_webhooks/untamper', {})
  expect(await control('/_webhooks/resend', { event: receiver.received[0]?.event.id })).toEqual([200])
  expect(await control('/_webhooks')).toHaveLength(4)
  expect(await control('/_state?kind=payment_intent')).toMatchObject([{ id: intent.id, amount: 2_000 }])
  expect(await control('/_calls')).toMatchObject([
    { path: '/v1/webhook_endpoints' },
    { path: '/v1/payment_intents', status: 200 },
  ])
  await expect(control('/_nothing')).rejects.toThrow('no GET /_nothing here')
  await receiver.stop()
})

test('what is due happens by itself', async () => {
  const quick = await startStripe({ settings: { processingMs: 1 } })
  const { id } = await stripeClient(quick).paymentIntents.create({
    amount: 2_000,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_usBankAccount_success',
  })
  await expect.poll(() => quick.state.find('payment_intent', id)?.status).toBe('succeeded')
  await quick.stop()
})

test('a later balance transaction comes with charge.updated, as with automatic_async', async () => {
  const late = await startStripe({ settings: { balanceTransactionMs: 5_000 } })
  const { latest_charge: charge } = await stripeClient(late).paymentIntents.create({
    amount: 2_000,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_visa',
  })
  const entry = () => late.state.find('charge', charge as string)?.balance_transaction
  expect(entry()).toBeNull()
  expect(late.state.balance(late.account).pending).toBe(0n)
  late.controls.advance(5_000)
  expect(entry()).toMatch(/^txn_/)
  expect(late.state.all('event').at(-1)).toMatchObject({
    type: 'charge.updated',
    data: { previous_attributes: { balance_transaction: null } },
  })
  await late.stop()
})
