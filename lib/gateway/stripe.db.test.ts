import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { mintToken, startStripe, stripeClient, type StripeServer } from '@/sandbox/stripe'
import { callsOf, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import {
  networkOf,
  openStripeShop,
  receiptOf,
  stripeAgent,
  stripeCredential,
  stripeSetting,
} from '@/sandbox/testing/stripe-shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'

// The gateway as a process of its own, Stripe's stand-in, and the official client: money is held, then captured or let go.

let stripe: StripeServer
let upstream: Upstream
let gateway: GatewayProcess
const env: Record<string, string> = {}

beforeAll(async () => {
  upstream = await startUpstream({})
  stripe = await startStripe()
  await openStripeShop(stripe, upstream.baseUrl, stripe.profile)
  Object.assign(env, {
    UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
    JOBS: 'in-process',
    STRIPE: stripeSetting(stripe),
    SETTLE_DEADLINE_MS: '3000',
  })
  gateway = await startGateway(env)
})
beforeEach(() => stripe.faults.clear())
afterAll(async () => {
  await gateway?.stop()
  await stripe?.stop()
  await upstream.stop()
})

const urlOf = (path: string, of = gateway) => `${of.url}/gateway/acme${path}`
const intents = () => stripe.state.all('payment_intent')
const taken = () => intents().filter(({ status }) => status === 'succeeded')
const held = () => intents().filter(({ status }) => status === 'requires_capture')
const pay = (path: string, method?: string) => stripeAgent(stripe, method).fetch(urlOf(path))
const token = () => mintToken(stripe, { amount: 75 })
const send = (path: string, authorization: string, of = gateway) =>
  fetch(urlOf(path, of), { headers: { authorization } })
const lastPayment = async () =>
  (
    await db.query<{ id: string; status: string; settlement: string; txHash: string | null; payer: string }>(
      sql`SELECT id, status, settlement, tx_hash, payer FROM payment ORDER BY created_at DESC LIMIT 1`,
    )
  )[0]

/** What the books hold of an account kind, in cents. */
async function balance(prefix: string): Promise<bigint> {
  const [row] = await db.query<{ base: bigint }>(sql`
    SELECT coalesce(sum(CASE WHEN debit LIKE ${`${prefix}:%`} THEN amount_base ELSE -amount_base END), 0) AS base FROM transfer
    WHERE network = ${networkOf(stripe)} AND kind IN ('direct', 'post') AND (debit LIKE ${`${prefix}:%`} OR credit LIKE ${`${prefix}:%`})`)
  return BigInt(row?.base ?? 0)
}

describe('a payment token of Stripe', () => {
  it('is held, serves, and is captured; the receipt names the intent', async () => {
    const response = await pay('/fortune')
    expect(response.status).toBe(200)
    const [intent] = taken()
    expect(receiptOf(response)).toMatchObject({ method: 'stripe', status: 'success', reference: intent?.id })
    expect(await lastPayment()).toMatchObject({ status: 'delivered', settlement: 'settled', txHash: intent?.id })
    const calls = stripe.calls.filter(({ method }) => method === 'POST').map(({ path }) => path)
    expect(calls.at(-2)).toBe('/v1/payment_intents')
    expect(calls.at(-1)).toMatch(/\/capture$/)
  })

  it('costs nothing when the upstream fails: the hold is let go', async () => {
    const before = taken().length
    const response = await pay('/failing')
    expect(response.status).toBe(502)
    expect(((await response.json()) as { detail: string }).detail).toMatch(/You were not charged/)
    await expect.poll(() => held().length).toBe(0)
    expect(taken()).toHaveLength(before)
  })

  it('pays one call, however often the credential is sent', async () => {
    const before = taken().length
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    const credential = stripeCredential(await fetch(urlOf('/fortune')), await token())
    const answers = await Promise.all(Array.from({ length: 64 }, () => send('/fortune', credential)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 200))
    expect(taken()).toHaveLength(before + 1)
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
  })

  it('cannot pay a challenge that another token paid', async () => {
    const challenge = await fetch(urlOf('/fortune'))
    const first = await send('/fortune', stripeCredential(challenge.clone() as Response, await token()))
    const before = intents().length
    const second = await send('/fortune', stripeCredential(challenge, await token()))
    expect([first.status, second.status]).toEqual([200, 402])
    expect(((await second.json()) as { code: string }).code).toBe('credential-used')
    expect(intents()).toHaveLength(before)
  })

  it.each([
    ['pm_card_visa_chargeDeclined', 'payment-declined'],
    ['pm_card_authenticationRequired', 'payment-action-required'],
  ])('of %s is refused, with a fresh challenge', async (method, code) => {
    const before = taken().length
    const spt = await mintToken(stripe, { amount: 75, paymentMethod: method })
    const response = await send('/fortune', stripeCredential(await fetch(urlOf('/fortune')), spt))
    expect(response.status).toBe(402)
    expect(((await response.json()) as { code: string }).code).toBe(code)
    expect(response.headers.get('www-authenticate')).toContain('method="stripe"')
    expect(taken()).toHaveLength(before)
    expect(await lastPayment()).toMatchObject({ status: 'voided' })
  })

  it.each([
    ['for less', () => mintToken(stripe, { amount: 74 }), 'payment-insufficient'],
    ['of another currency', () => mintToken(stripe, { amount: 75, currency: 'eur' }), 'verification-failed'],
    ['that Stripe does not know', async () => 'spt_unknown', 'verification-failed'],
  ])('%s is refused before it is claimed', async (_, mint, code) => {
    const before = await db.query(sql`SELECT id FROM payment`)
    const response = await send('/fortune', stripeCredential(await fetch(urlOf('/fortune')), await mint()))
    expect(((await response.json()) as { code: string }).code).toBe(code)
    expect(await db.query(sql`SELECT id FROM payment`)).toHaveLength(before.length)
  })
})

describe('when the reply of Stripe is lost', () => {
  it.each([1, 2])('%i times, the same key finds the same charge', async (times) => {
    const before = taken().length
    stripe.faults.add({ action: 'lose-reply', method: 'POST', path: '/v1/payment_intents', times })
    stripe.faults.add({ action: 'lose-reply', method: 'POST', path: '/v1/payment_intents/*', times })
    const response = await pay('/fortune')
    expect(response.status).toBe(200)
    expect(taken()).toHaveLength(before + 1)
  })

  it('for ever, the agent is never asked to pay again, and nothing stays held', async () => {
    const before = taken().length
    stripe.faults.add({ action: 'lose-reply', method: 'POST', path: '/v1/payment_intents' })
    const credential = stripeCredential(await fetch(urlOf('/fortune')), await token())
    const response = await send('/fortune', credential)
    expect(response.status).toBe(503)
    stripe.faults.clear()
    await expect.poll(() => held().length, { timeout: 30_000 }).toBe(0)
    expect(taken()).toHaveLength(before)
  })

  it('of the capture for ever, the agent gets its answer when it is known', async () => {
    const before = taken().length
    stripe.faults.add({ action: 'lose-reply', method: 'POST', path: '/v1/payment_intents/*/capture' })
    stripe.faults.add({ action: 'status', status: 503, method: 'GET', path: '/v1/payment_intents/*' })
    const credential = stripeCredential(await fetch(urlOf('/fortune')), await token())
    const response = await send('/fortune', credential)
    expect(response.status).toBe(503)
    stripe.faults.clear()
    await expect.poll(async () => (await send('/fortune', credential)).status, { timeout: 60_000 }).toBe(200)
    expect(taken()).toHaveLength(before + 1)
  })
})

describe('a 500 that Stripe stores under the key of a capture', () => {
  it.each([true, false])('after an effect: %s, ends in one charge and the answer', async (effect) => {
    const before = taken().length
    const path = '/v1/payment_intents/*/capture'
    stripe.faults.add({ action: 'status', status: 500, stored: true, effect, method: 'POST', path, times: 1 })
    const credential = stripeCredential(await fetch(urlOf('/fortune')), await token())
    await send('/fortune', credential)
    await expect.poll(async () => (await send('/fortune', credential)).status, { timeout: 90_000 }).toBe(200)
    expect(taken()).toHaveLength(before + 1)
  })
})

describe('a capture that Stripe refuses because it was made before', () => {
  it('is booked as what it is: the agent gets its answer, and is charged once', async () => {
    const before = taken().length
    // The first call waits in front of Stripe while another party captures.
    stripe.faults.add({ action: 'hold', method: 'POST', path: '/v1/payment_intents/*/capture', times: 1 })
    const paying = pay('/fortune')
    await stripe.faults.held()
    await stripeClient(stripe).paymentIntents.capture(held()[0]?.id ?? '')
    stripe.faults.release()
    expect((await paying).status).toBe(200)
    expect(taken()).toHaveLength(before + 1)
  })
})

describe('a method that takes the money at once', () => {
  it('buys nothing that it was too late for: the money goes back', async () => {
    const spt = await mintToken(stripe, { amount: 75, paymentMethod: 'pm_usBankAccount_processing' })
    const response = await send('/fortune', stripeCredential(await fetch(urlOf('/fortune')), spt))
    expect(response.status).toBe(503)
    const [intent] = intents().filter(({ status }) => status === 'processing')
    await expect.poll(async () => (await lastPayment())?.status, { timeout: 60_000 }).toBe('voided')
    stripe.controls.endProcessing(intent?.id ?? '', 'succeeds')
    const refunds = () => stripe.state.all('refund').filter(({ payment_intent: of }) => of === intent?.id)
    await expect.poll(() => refunds().map(({ amount }) => Number(amount)), { timeout: 120_000 }).toEqual([75])
  })
})

describe('a resource that is charged before its work', () => {
  it('is captured first, and refunded by Stripe when its upstream fails', async () => {
    const response = await pay('/failing-before')
    expect(((await response.json()) as { detail: string }).detail).toMatch(/is being refunded/)
    const payment = await lastPayment()
    const refunds = () => stripe.state.all('refund').filter(({ payment_intent: intent }) => intent === payment?.txHash)
    await expect.poll(() => refunds().map(({ status }) => status), { timeout: 30_000 }).toEqual(['succeeded'])
    await expect.poll(async () => (await lastPayment())?.status, { timeout: 30_000 }).toBe('refunded')
  })
})

describe.each([
  ['/fortune', ['after-claim', 'before-rail', 'after-rail', 'after-hold', 'after-upstream', 'before-rail-commit']],
  ['/before', ['before-rail', 'after-rail', 'after-settle', 'before-rail-commit']],
] as const)('a process that sells %s and is killed', (path, points) => {
  it.each(points)('at %s charges once or not at all', async (point) => {
    const [before, calls] = [taken().length, await callsOf(upstream.journalUrl, '/fortune')]
    const dying = await startGateway({ ...env, SLUICE_FAILPOINT: point })
    const credential = stripeCredential(await fetch(urlOf(path)), await token())
    await send(path, credential, dying).catch(() => {})
    await dying.exited
    // The agent repeats its credential at another process until the answer is final.
    const final: { status: number; code: string | undefined } = { status: 0, code: undefined }
    await expect
      .poll(
        async () => {
          const answer = await send(path, credential)
          final.status = answer.status
          final.code = answer.ok ? undefined : ((await answer.json()) as { code: string }).code
          return final.status === 200 || final.code === 'payment-voided' || final.code === 'payment-refunded'
        },
        { timeout: 120_000, interval: 500 },
      )
      .toBe(true)
    await expect.poll(() => held().length, { timeout: 120_000 }).toBe(0)
    const charged = taken().length - before
    expect(charged).toBe(final.code === 'payment-voided' ? 0 : 1)
    expect((await callsOf(upstream.journalUrl, '/fortune')) - calls).toBeLessThanOrEqual(1)
    if (final.code === 'payment-refunded')
      await expect.poll(async () => (await lastPayment())?.status, { timeout: 120_000 }).toBe('refunded')
  })
})

it('the books equal what Stripe holds, to the cent', async () => {
  await expect.poll(() => held().length, { timeout: 30_000 }).toBe(0)
  const { available, pending } = stripe.state.balance(stripe.account)
  expect(await balance('clearing')).toBe(BigInt(available + pending))
})
