import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sandboxAccounts, startStripe, type StripeServer } from '.'

/** Idempotency keys and faults, in plain HTTP: the SDK hides what it repeats. */

let server: StripeServer
beforeAll(async () => (server = await startStripe()))
afterAll(() => server.stop())

type Answer = { status: number; headers: Headers; body: Stripe.PaymentIntent & { error?: Record<string, unknown> } }

async function post(
  path: string,
  fields: Record<string, string>,
  more: { key?: string; account?: string; auth?: string } = {},
): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: {
      authorization: more.auth ?? `Bearer ${server.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...(more.key !== undefined && { 'idempotency-key': more.key }),
      ...(more.account !== undefined && { 'stripe-account': more.account }),
    },
    body: new URLSearchParams(fields),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] }
}

const payment = (fields: Record<string, string> = {}) => ({
  amount: '1000',
  currency: 'usd',
  confirm: 'true',
  payment_method: 'pm_card_visa',
  ...fields,
})
const intents = '/v1/payment_intents'
const count = () => server.state.all('payment_intent').length
const lost = (promise: Promise<unknown>) => expect(promise).rejects.toThrow('fetch failed')

test('the same key and body gets the stored reply, whatever the order of the fields', async () => {
  const first = await post(intents, payment(), { key: 'same' })
  const before = count()
  const again = await post(intents, Object.fromEntries(Object.entries(payment()).toReversed()), { key: 'same' })
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(again.headers.get('original-request')).toBe(first.headers.get('request-id'))
  expect(again.headers.get('request-id')).not.toBe(first.headers.get('request-id'))
  expect(first.headers.get('idempotent-replayed')).toBeNull()
  expect(count()).toBe(before)
})

test('64 copies at once are one charge', async () => {
  const before = count()
  const answers = await Promise.all(Array.from({ length: 64 }, () => post(intents, payment(), { key: 'copies' })))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1)
  expect(count()).toBe(before + 1)
})

test('the same key with another body, or another address, is an idempotency error', async () => {
  await post(intents, payment(), { key: 'other' })
  const body = await post(intents, payment({ amount: '1001' }), { key: 'other' })
  expect(body).toMatchObject({ status: 400, body: { error: { type: 'idempotency_error' } } })
  expect(body.body.error?.message).toContain('same parameters')
  const path = await post('/v1/customers', {}, { key: 'other' })
  expect(path.body.error?.message).toContain('same endpoint')
})

test('a key belongs to its account', async () => {
  const first = await post(intents, payment(), { key: 'mine' })
  const agent = await post(intents, payment(), { key: 'mine', auth: `Bearer ${sandboxAccounts.agent.secretKey}` })
  const connected = await post(intents, payment(), { key: 'mine', account: sandboxAccounts.connected.id })
  expect(new Set([first, agent, connected].map(({ body }) => body.id)).size).toBe(3)
})

test('a key is kept for 24 hours of the clock', async () => {
  const first = await post(intents, payment(), { key: 'old' })
  server.controls.advance(24 * 3_600_000 - 60_000)
  expect((await post(intents, payment(), { key: 'old' })).body.id).toBe(first.body.id)
  server.controls.advance(61_000)
  const later = await post(intents, payment(), { key: 'old' })
  expect(later.status).toBe(200)
  expect(later.body.id).not.toBe(first.body.id)
})

test('a decline is stored, and a refused parameter is not', async () => {
  const declined = payment({ payment_method: 'pm_card_visa_chargeDeclined' })
  expect((await post(intents, declined, { key: 'declined' })).status).toBe(402)
  const again = await post(intents, declined, { key: 'declined' })
  expect(again).toMatchObject({ status: 402, body: { error: { code: 'card_declined' } } })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect((await post(intents, payment({ amount: 'x' }), { key: 'free' })).status).toBe(400)
  expect((await post(intents, payment(), { key: 'free' })).status).toBe(200)
})

test('a key in flight is 409, and the effect happens once', async () => {
  server.faults.add({ action: 'hold', path: intents, times: 1 })
  const first = post(intents, payment(), { key: 'flight' })
  await server.faults.held()
  const second = await post(intents, payment(), { key: 'flight' })
  expect(second).toMatchObject({ status: 409, body: { error: { code: 'idempotency_key_in_use' } } })
  server.faults.release()
  const { body } = await first
  expect((await post(intents, payment(), { key: 'flight' })).body.id).toBe(body.id)
})

test('a call that is held after its effect: it has happened, and its key is in flight', async () => {
  const before = count()
  server.faults.add({ action: 'hold', after: true, path: intents, times: 1 })
  const first = post(intents, payment(), { key: 'after' })
  await server.faults.held()
  expect(count()).toBe(before + 1)
  expect((await post(intents, payment(), { key: 'after' })).status).toBe(409)
  server.faults.release()
  expect((await first).status).toBe(200)
})

test('a lost reply leaves its effect, a lost request leaves nothing', async () => {
  const before = count()
  server.faults.add({ action: 'lose-reply', method: 'POST', path: intents, times: 2 })
  await lost(post(intents, payment(), { key: 'lost' }))
  expect(count()).toBe(before + 1)
  await lost(post(intents, payment(), { key: 'lost' }))
  expect((await post(intents, payment(), { key: 'lost' })).headers.get('idempotent-replayed')).toBe('true')
  server.faults.add({ action: 'lose-request', times: 1 })
  await lost(post(intents, payment()))
  expect(count()).toBe(before + 1)
})

test.each([
  [409, 'idempotency_key_in_use', false],
  [429, 'rate_limit', false],
  [503, undefined, false],
  [500, undefined, true],
  [424, undefined, true],
] as const)('a %i without an effect is stored only if the request began', async (status, code, isStored) => {
  const before = count()
  server.faults.add({ action: 'status', status, path: intents, times: 1 })
  const first = await post(intents, payment(), { key: `status ${status}` })
  expect(first.status).toBe(status)
  expect(first.body.error?.code).toBe(code)
  expect(count()).toBe(before)
  expect((await post(intents, payment(), { key: `status ${status}` })).status).toBe(isStored ? status : 200)
})

test('a 500 may hide an effect', async () => {
  const before = count()
  server.faults.add({ action: 'status', status: 500, effect: true, path: intents, times: 1 })
  expect((await post(intents, payment(), { key: 'hidden' })).status).toBe(500)
  expect(count()).toBe(before + 1)
  expect((await post(intents, payment(), { key: 'hidden' })).body.status).toBe('succeeded')
})

test('a slow call answers in the end; faults match method and path', async () => {
  server.faults.add({ action: 'slow', ms: 20, method: 'POST', path: `${intents}/*/cancel` })
  const { body } = await post(intents, { amount: '1000', currency: 'usd' })
  expect((await post(`${intents}/${body.id}/cancel`, {})).body.status).toBe('canceled')
  expect(server.calls.at(-1)).toMatchObject({ fault: 'slow', status: 200 })
  expect(server.calls.at(-2)).toMatchObject({ fault: undefined })
  server.faults.clear()
})

test('faults are set over their own path, for other processes', async () => {
  const control = (method: string, body?: unknown) =>
    fetch(`${server.url}/_faults`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
  expect((await control('POST', { action: 'explode' })).status).toBe(400)
  const added = await control('POST', { action: 'status', status: 503, path: '/v1/customers', times: 2 })
  expect(await added.json()).toEqual([{ action: 'status', status: 503, path: '/v1/customers', times: 2, left: 2 }])
  expect((await post('/v1/customers', {})).status).toBe(503)
  await control('DELETE')
  expect((await post('/v1/customers', {})).status).toBe(200)
})
