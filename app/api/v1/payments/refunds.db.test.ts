import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { deliverPayment, type Payment } from '@/lib/payments'
import { usdc } from '@/sandbox/evm'
import { accept, ctx, insertSeller, offer, settle } from '@/sandbox/testing/payment-fixture'
import { serveRoute } from '../../../plain-routes'

// Refunds as a program requests them, by the addresses of the listener.

const wallet = `0x${'2'.repeat(40)}`
let payment: Payment.Payment
let key: string

beforeAll(insertSeller)
beforeEach(async () => {
  const input = offer()
  payment = await accept({ ...input, credential: { ...input.credential, asset: usdc.toLowerCase() } })
  await settle(payment)
  await deliverPayment(ctx, { paymentId: payment.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, payment)
  key = await newKey(['refunds:write', 'payments:read'])
})

async function newKey(scopes: ('refunds:write' | 'payments:read')[]): Promise<string> {
  const member = { address: '0xaa', merchantId: payment.merchantId, operator: false, role: 'owner' } as const
  return (await createApiKey(createCtx({ kind: 'member', id: '0xaa' }), member, { name: 'k', scopes })).key
}

type Answer = { status: number; body: Record<string, unknown>; replay: string | null }

async function send(path: string, body?: object, more: Record<string, string> = {}, by = key): Promise<Answer> {
  const target = `/api/v1/payments/${path}`
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json', ...more }
  const response = await serveRoute(
    new Request(`http://sluice.test${target}`, {
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      headers,
    }),
    target,
  )
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    replay: response.headers.get('idempotent-replay'),
  }
}

const ask = (body: object, idempotencyKey: string = randomUUID(), by?: string) =>
  send(`${payment.id}/refunds`, { reason: 'Wrong answer.', wallet, ...body }, { 'idempotency-key': idempotencyKey }, by)

describe('POST /api/v1/payments/{id}/refunds', () => {
  it('makes one refund for one key, and the payment shows it', async () => {
    const made = await ask({ amountBase: '4000' }, 'order-7')
    expect(made).toMatchObject({ status: 201, replay: null, body: { amountBase: '4000', status: 'due', wallet } })
    expect(made.body['requestedBy']).toMatch(/^key /)
    expect(await ask({ amountBase: '4000' }, 'order-7')).toMatchObject({
      status: 200,
      replay: 'true',
      body: { id: made.body['id'] },
    })
    expect(await ask({ amountBase: '4001' }, 'order-7')).toMatchObject({
      status: 409,
      body: { code: 'idempotency-conflict' },
    })
    expect((await send(payment.id)).body).toMatchObject({ refundedBase: '4000', refunds: [{ id: made.body['id'] }] })
  })

  it('is refused with the field and what is left', async () => {
    expect(await ask({ amountBase: '10001' })).toMatchObject({
      status: 422,
      body: {
        code: 'bad-input',
        errors: [{ field: 'amount', message: 'Only 0.01 USDC of this payment is left to refund' }],
      },
    })
    expect(await send(`${payment.id}/refunds`, { reason: 'x', wallet })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'Idempotency-Key' }] },
    })
    expect(await ask({ wallet: undefined })).toMatchObject({ status: 422, body: { errors: [{ field: 'wallet' }] } })
    expect(await ask({ to: `0x${'9'.repeat(40)}` })).toMatchObject({ status: 403, body: { code: 'not-allowed' } })
  })

  it('needs the scope, and a payment of the key’s merchant; a session has none', async () => {
    expect(await ask({}, 'k', await newKey(['payments:read']))).toMatchObject({
      status: 403,
      body: { missingScope: 'refunds:write' },
    })
    expect(await send(`${randomUUID()}/refunds`, { reason: 'x' }, { 'idempotency-key': 'k' })).toMatchObject({
      status: 404,
    })
    expect(await send(`0x${'c'.repeat(64)}/refunds`, { reason: 'x' }, { 'idempotency-key': 'k' })).toMatchObject({
      status: 409,
      body: { code: 'not-refundable' },
    })
  })
})

it('a refund is withdrawn under its payment only, and without a key the payment shows what counts', async () => {
  const { body } = await ask({ amountBase: '4000' })
  const refund = String(body['id'])
  expect(await send(`${randomUUID()}/refunds/${refund}/cancel`, {})).toMatchObject({ status: 404 })
  expect(await send(`${payment.id}/refunds/${refund}/transfer`, { hash: 'x' })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'hash' }] },
  })
  expect(await send(`${payment.id}/refunds/${refund}/cancel`, {})).toMatchObject({
    status: 200,
    body: { status: 'cancelled' },
  })
  const answer = await serveRoute(
    new Request(`http://sluice.test/api/v1/payments/${payment.id}`),
    `/api/v1/payments/${payment.id}`,
  )
  expect(await answer.json()).toMatchObject({ refundedBase: '0', refunds: [], refund: null })
})
