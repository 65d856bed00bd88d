import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ApiKey, MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import { usdc } from '@/sandbox/evm'
import { accept, ctx, insertSeller, lines, network, offer, price, row, settle } from '@/sandbox/testing/payment-fixture'
import {
  cancelRefund,
  deliverPayment,
  findOwnRefund,
  getPayment,
  listPayments,
  markTransferPaid,
  requestRefund,
  takeBackSettled,
  type Payment,
} from '.'

beforeAll(insertSeller)

const member = createCtx({ kind: 'member', id: `0x${'1'.repeat(40)}` })
const asset = usdc.toLowerCase()
const wallet = `0x${'2'.repeat(40)}`
let payment: Payment.Payment
let owner: MemberScope.MemberScope

/** In a token that is known. */
function usdcOffer() {
  const input = offer()
  return { ...input, credential: { ...input.credential, asset } }
}

/** A payment of 0.01 that was settled and delivered. */
async function sell(): Promise<Payment.Payment> {
  const sold = await accept(usdcOffer())
  await settle(sold)
  await deliverPayment(ctx, { paymentId: sold.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, sold)
  return sold
}

const scope = (change: Partial<MemberScope.MemberScope> = {}): MemberScope.MemberScope => ({
  operator: false,
  merchantId: payment.merchantId,
  address: member.actor.id,
  role: 'owner',
  ...change,
})

beforeEach(async () => {
  payment = await sell()
  owner = scope()
})

const ask = (
  request: object,
  idempotencyKey: string = randomUUID(),
  by: MemberScope.MemberScope | ApiKey.ApiKey = owner,
) =>
  requestRefund(member, by, {
    paymentId: payment.id,
    request: { reason: 'The answer was wrong.', wallet, ...request },
    idempotencyKey,
  })

const refunds = () =>
  db.query<{ status: string; amountBase: bigint; kind: string }>(
    sql`SELECT status, amount_base, kind FROM refund WHERE payment_id = ${payment.id}::uuid ORDER BY created_at, id`,
  )
const seen = async () => (await getPayment({ operator: true, merchantId: payment.merchantId }, payment.id))!

describe('a refund that a member requests', () => {
  it('of everything owes the payer the amount, takes it from revenue, and says so', async () => {
    expect(await lines(payment.id)).toEqual({ cash: price, revenue: -price })
    const { id, isReplay } = await ask({})
    expect(isReplay).toBe(false)
    expect(await row(payment.id)).toEqual({ status: 'refund_due', settlement: 'settled' })
    expect(await lines(payment.id)).toEqual({ cash: price, refund_payable: -price })
    expect(await findOwnRefund(id)).toMatchObject({ to: payment.payer, wallet, amountBase: price, status: 'due' })
    const [event] = await db.query<{ data: object; actor: object }>(sql`
      SELECT data, actor FROM audit_event WHERE payment_id = ${payment.id}::uuid AND type = 'payment.refund_requested'`)
    expect(event).toMatchObject({
      data: { refundId: id, amountBase: '10000', leftBase: '0', to: payment.payer, isPayer: true, wallet },
    })
  })

  it('is one refund when it is sent twenty times at once under one key', async () => {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ amount: '0.004' }, key)))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ isReplay }) => !isReplay)).toHaveLength(1)
    expect(await refunds()).toEqual([{ status: 'due', amountBase: 4_000n, kind: 'member' }])
  })

  it('is refused above what is left, also when twenty are requested at once under keys of their own', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => ask({ amount: '0.006' })))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers)
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({
          code: 'bad-input',
          fields: [
            { field: 'amount', message: expect.stringMatching(/^Only 0\.004 .+ of this payment is left to refund$/) },
          ],
        })
    expect((await seen()).refundedBase).toBe('6000')
  })

  it('may come in parts: the sale shrinks with each, and the last one refunds the payment', async () => {
    const earned = async () => {
      const [sums] = await db.query<{ base: bigint; sold: bigint }>(sql`
        SELECT sum(base) AS base, sum(sold)::int8 AS sold FROM sale WHERE merchant_id = ${payment.merchantId}::uuid`)
      return sums!
    }
    const before = await earned()
    await ask({ amount: '0.003' })
    await ask({ amountBase: '2000' })
    expect(await row(payment.id)).toMatchObject({ status: 'delivered' })
    expect(await earned()).toEqual({ base: before.base - 5_000n, sold: before.sold })
    const isListed = async (status: 'partly_refunded' | 'delivered') => {
      const page = await listPayments(owner, { status: [status], payer: payment.payer }, { size: 25 })
      return page.rows.length === 1
    }
    expect([await isListed('partly_refunded'), await isListed('delivered')]).toEqual([true, true])
    await ask({})
    expect((await refunds()).map(({ amountBase }) => amountBase)).toEqual([3_000n, 2_000n, 5_000n])
    expect(await row(payment.id)).toMatchObject({ status: 'refund_due' })
    expect(await earned()).toEqual({ base: before.base - price, sold: before.sold - 1n })
    expect(await lines(payment.id)).toEqual({ cash: price, refund_payable: -price })
    // Added up from the beginning it is the same.
    expect(await db.query(sql`SELECT * FROM sale_correct()`)).toEqual([])
    await expect(ask({})).rejects.toMatchObject({ code: 'not-refundable' })
  })

  it('is not another one under the same key', async () => {
    const key = randomUUID()
    const { id } = await ask({ amount: '0.001' }, key)
    expect(await ask({ amountBase: '1000' }, key)).toEqual({ id, isReplay: true })
    await expect(ask({ amount: '0.002' }, key)).rejects.toMatchObject({
      code: 'idempotency-conflict',
      extra: { original: id },
    })
  })

  it.each([
    [{ amount: '0' }, 'amount'],
    [{ amount: '1e3' }, 'amount'],
    [{ amount: '0.0000001' }, 'amount'],
    [{ amount: '-1' }, 'amount'],
    [{ amountBase: '0x10' }, 'amountBase'],
    [{ amount: '1', amountBase: '1' }, 'amountBase'],
    [{ reason: ' ' }, 'reason'],
    [{ to: '0x12' }, 'to'],
    [{ wallet: 'me' }, 'wallet'],
  ])('with %o is refused by its field', async (request, field) => {
    await expect(ask(request)).rejects.toMatchObject({ code: 'bad-input', fields: [{ field }] })
    expect(await refunds()).toEqual([])
  })

  it('needs an idempotency key', async () => {
    await expect(ask({}, '')).rejects.toMatchObject({ code: 'bad-input', fields: [{ field: 'Idempotency-Key' }] })
  })
})

describe('who may refund', () => {
  it('owners and finance, of their own merchant', async () => {
    for (const role of ['viewer', 'developer'] as const)
      await expect(ask({}, randomUUID(), scope({ role }))).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(ask({}, randomUUID(), scope({ merchantId: randomUUID() }))).rejects.toMatchObject({
      code: 'not-found',
    })
    await ask({ amount: '0.001' }, randomUUID(), scope({ role: 'finance' }))
    expect(await refunds()).toHaveLength(1)
  })

  it('to another address only an owner, and the trail says that it is not the payer’s', async () => {
    const to = `0x${randomBytes(20).toString('hex')}`
    const key = { operator: false, merchantId: payment.merchantId, id: 'k', name: 'k', scopes: [], policyId: null }
    for (const by of [scope({ role: 'finance' }), key as ApiKey.ApiKey])
      await expect(ask({ to }, randomUUID(), by)).rejects.toMatchObject({ code: 'not-allowed' })
    const { id } = await ask({ to })
    expect(await findOwnRefund(id)).toMatchObject({ to })
    const [event] = await db.query<{ data: { isPayer: boolean } }>(sql`
      SELECT data FROM audit_event WHERE payment_id = ${payment.id}::uuid AND type = 'payment.refund_requested'`)
    expect(event?.data.isPayer).toBe(false)
  })

  it('from the refund wallet of this server only operators, unless REFUND_WALLET_FOR says all', async () => {
    await expect(ask({ wallet: null })).rejects.toMatchObject({ code: 'bad-input', fields: [{ field: 'wallet' }] })
    await ask({ wallet: null }, randomUUID(), scope({ operator: true }))
    expect(await refunds()).toHaveLength(1)
  })

  it('not from the wallet that gets the money', async () => {
    await expect(ask({ wallet: payment.payer })).rejects.toMatchObject({ fields: [{ field: 'wallet' }] })
  })
})

describe('a payment that cannot be refunded by a member', () => {
  it('is one that is not settled at the moment: a reorganisation took it back', async () => {
    const { txHash } = await db
      .query<{ txHash: string }>(sql`SELECT tx_hash FROM payment WHERE id = ${payment.id}::uuid`)
      .then(([found]) => found!)
    await withTransaction((tx) => takeBackSettled(tx, ctx, [payment.id], { txHash, reason: 'gone' }))
    await expect(ask({})).rejects.toMatchObject({
      code: 'not-refundable',
      message: expect.stringMatching(/^Its transfer is not on chain at the moment/),
    })
    expect((await seen()).refundObstacle).toMatch(/^Its transfer is not on chain/)
  })

  it('is one that has not ended, and one that charged nothing', async () => {
    payment = await accept(usdcOffer())
    await expect(ask({})).rejects.toMatchObject({
      code: 'not-refundable',
      message: expect.stringMatching(/has not ended/),
    })
    await db.execute(sql`UPDATE payment SET status = 'voided' WHERE id = ${payment.id}::uuid`)
    await expect(ask({})).rejects.toMatchObject({
      code: 'not-refundable',
      message: expect.stringMatching(/Nothing was charged/),
    })
  })

  it('is one of another server', async () => {
    await db.execute(sql`UPDATE payment SET origin = 'facilitator', resource_id = NULL WHERE id = ${payment.id}::uuid`)
    await expect(ask({})).rejects.toMatchObject({
      code: 'not-refundable',
      message: expect.stringMatching(/Another server/),
    })
  })
})

describe('cancelRefund', () => {
  it('makes the amount revenue again, and refundable anew; twice is once', async () => {
    // Another test has moved a payment to another server by hand.
    await db.query(sql`SELECT * FROM sale_correct()`)
    const { id } = await ask({})
    await Promise.all([cancelRefund(member, owner, id), cancelRefund(member, owner, id)])
    expect(await row(payment.id)).toMatchObject({ status: 'delivered' })
    expect(await lines(payment.id)).toEqual({ cash: price, revenue: -price })
    expect(await seen()).toMatchObject({ refundedBase: '0', refundObstacle: null })
    expect(await db.query(sql`SELECT * FROM sale_correct()`)).toEqual([])
    await ask({ amount: '0.01' })
    expect((await refunds()).map(({ status }) => status).toSorted()).toEqual(['cancelled', 'due'])
  })

  it('is refused once a transaction may be under way, for what the engine owes, and by a viewer', async () => {
    const { id } = await ask({})
    await expect(cancelRefund(member, scope({ role: 'viewer' }), id)).rejects.toMatchObject({ code: 'not-allowed' })
    await db.execute(sql`UPDATE refund SET status = 'sent', tx_hash = '0x1' WHERE id = ${id}::uuid`)
    await expect(cancelRefund(member, owner, id)).rejects.toMatchObject({ code: 'not-refundable' })
    await db.execute(sql`UPDATE refund SET status = 'due', kind = 'engine' WHERE id = ${id}::uuid`)
    await expect(cancelRefund(member, owner, id)).rejects.toMatchObject({ code: 'not-refundable' })
  })
})

it('two refunds that are booked in open transactions: the second one closes the payment', async () => {
  const ids = [(await ask({ amount: '0.004' })).id, (await ask({ amount: '0.006' })).id]
  await db.execute(sql`UPDATE refund SET status = 'sent', tx_hash = id::text WHERE id = ANY(${ids}::uuid[])`)
  const pay = (id: string, then: Promise<void>) =>
    withTransaction(async (tx) => {
      await markTransferPaid(tx, { id, paymentId: payment.id, txHash: id }, { logIndex: 0, blockNumber: 9n })
      await then
    })
  let commit = () => undefined as void
  const first = pay(ids[0]!, new Promise((resolve) => (commit = resolve)))
  const second = pay(ids[1]!, Promise.resolve())
  // By then it has ended, or waits for the first.
  await new Promise((done) => setTimeout(done, 300))
  commit()
  await Promise.all([first, second])
  expect(await row(payment.id)).toMatchObject({ status: 'refunded' })
})

it('no way of writing takes refunds above their payment: the database refuses it', async () => {
  await ask({ amount: '0.009' })
  await expect(
    db.execute(sql`
      INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, reason, request_key)
      VALUES (${randomUUID()}, ${payment.id}::uuid, ${network}, ${asset}, '0xp', 1001, 'r', 'another')`),
  ).rejects.toThrow(/payment_refunded/)
})
