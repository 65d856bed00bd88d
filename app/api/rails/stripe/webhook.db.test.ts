import Stripe from 'stripe'
import { describe, expect, it, vi } from 'vitest'
import { db, sql } from '@/lib/db'
import { POST } from './route'

// Signed as Stripe's own SDK signs for tests. What an event leads to: lib/gateway/stripe.db.test.ts.

const { secrets } = vi.hoisted(() => {
  const secrets = { old: 'whsec_before_rotation', current: 'whsec_current', foreign: 'whsec_of_another' }
  const webhookSecrets = [secrets.current, secrets.old]
  process.env['STRIPE'] = JSON.stringify({ secretKey: 'sk_test_1', profile: 'profile_test_1', webhookSecrets })
  return { secrets }
})
const stripe = new Stripe('sk_test_1')

function event(id: string): string {
  const object = { id: 'pi_1', object: 'payment_intent', status: 'succeeded' }
  return JSON.stringify({ id, object: 'event', type: 'payment_intent.succeeded', data: { object } })
}

function send(body: string, secret?: string, { ageSeconds = 0, sent = body } = {}): Promise<Response> {
  const timestamp = Math.floor(Date.now() / 1000) - ageSeconds
  const signature = secret && stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp })
  const headers = signature ? { 'stripe-signature': signature } : undefined
  return POST(
    new Request('http://127.0.0.1/api/rails/stripe', { method: 'POST', body: sent, ...(headers && { headers }) }),
  )
}

const stored = (id: string) =>
  db.query<{ network: string; times: number; refers: object }>(
    sql`SELECT network, times, refers FROM rail_event WHERE id = ${id}`,
  )

describe('a webhook of Stripe', () => {
  it.each([secrets.current, secrets.old])('signed by %s is stored once, however often it comes', async (secret) => {
    const id = `evt_${secret}`
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(event(id), secret)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await stored(id)).toEqual([{ network: 'stripe:profile_test_1', times: 8, refers: { intent: 'pi_1' } }])
  })

  it.each([
    ['without a signature', () => send(event('evt_bad'))],
    ['signed by another', () => send(event('evt_bad'), secrets.foreign)],
    ['signed six minutes ago', () => send(event('evt_bad'), secrets.current, { ageSeconds: 360 })],
    ['changed after it was signed', () => send(event('evt_good'), secrets.current, { sent: event('evt_bad') })],
  ])('%s is refused and not stored', async (_, post) => {
    const response = await post()
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'webhook-unsigned'])
    expect(await stored('evt_bad')).toEqual([])
  })
})
