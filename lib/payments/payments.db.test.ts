import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { db, sql, withTransaction } from '@/lib/db'
import {
  accept,
  ctx,
  lines,
  offer,
  insertSeller,
  price,
  reserved,
  row,
  settle,
} from '@/sandbox/testing/payment-fixture'
import {
  acceptPayment,
  bookFailed,
  deliverPayment,
  expireDue,
  findClaim,
  hasPaid,
  refundPayment,
  resumePayment,
  startUpstreamCall,
  voidPayments,
} from '.'

beforeAll(insertSeller)

describe('acceptPayment', () => {
  it('lets one of fifty identical credentials through', async () => {
    const input = offer()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => acceptPayment(ctx, input)))
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1)
    expect(await reserved(input.authorization.payer)).toBe(price)
  })

  it('lets one of fifty payments over a balance for one through, and keeps nothing of the others', async () => {
    const payer = `0x${randomBytes(20).toString('hex')}`
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () => acceptPayment(ctx, offer({ balanceBase: price }, payer))),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of tries)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'payment-insufficient' })
    const [{ count } = { count: 0n }] = await db.query<{ count: bigint }>(
      sql`SELECT count(*) FROM payment WHERE payer = ${payer}`,
    )
    expect(count).toBe(1n)
  })

  it('looks again before it says that a wallet holds too little: what has moved may not be booked yet', async () => {
    const payer = `0x${randomBytes(20).toString('hex')}`
    const first = await acceptPayment(ctx, offer({ balanceBase: 2n * price }, payer))
    if (first.kind !== 'accepted') throw new Error('it was not accepted')
    // The transfer moved: the wallet holds the rest, and none of it is free while the reservation stands.
    const rest = { balanceBase: price, readBalance: () => Promise.resolve(price) }
    const second = acceptPayment(ctx, offer(rest, payer))
    await new Promise((resolve) => setTimeout(resolve, 100))
    await voidPayments(ctx, [first.payment.id], 'booked')
    expect((await second).kind).toBe('accepted')
    await expect(acceptPayment(ctx, offer(rest, payer))).rejects.toMatchObject({ code: 'payment-insufficient' })
  })

  it('takes a one-shot challenge once, from one of two payers', async () => {
    const [one, two] = [offer(), offer()]
    one.credential.challengeKey = two.credential.challengeKey = `mpp|${randomUUID()}`
    expect((await acceptPayment(ctx, one)).kind).toBe('accepted')
    expect((await acceptPayment(ctx, two)).kind).toBe('taken')
    expect((await findClaim(two.credential.claimKey, two.credential.challengeKey))?.payment.claimKey).toBe(
      one.credential.claimKey,
    )
  })
})

describe('hasPaid', () => {
  it('knows a wallet by its first payment, also one that was not charged', async () => {
    const input = offer()
    expect(await hasPaid(input.authorization.payer)).toBe(false)
    const payment = await accept(input)
    await voidPayments(ctx, [payment.id], 'The upstream failed.')
    expect(await hasPaid(payment.payer)).toBe(true)
  })
})

describe('the end of a payment', () => {
  it('is earned at once when its answer is kept', async () => {
    const input = offer()
    const payment = await accept(input)
    const answer = {
      status: 200,
      headers: [['content-type', 'text/plain']] as [string, string][],
      body: Buffer.from('hi'),
    }
    await settle(payment, answer)
    expect(await row(payment.id)).toEqual({ status: 'delivered', settlement: 'settled' })
    expect(await lines(payment.id)).toEqual({ cash: price, revenue: -price })
    expect(await reserved(payment.payer)).toBe(0n)
    const claim = await findClaim(payment.claimKey)
    expect(Buffer.from(claim?.answer?.body ?? []).toString()).toBe('hi')
  })

  it('is void without a trace in the books', async () => {
    const payment = await accept(offer())
    expect(await voidPayments(ctx, [payment.id], 'why')).toBe(1)
    expect(await voidPayments(ctx, [payment.id], 'why')).toBe(0)
    expect(await row(payment.id)).toEqual({ status: 'voided', settlement: 'none' })
    expect(await lines(payment.id)).toEqual({})
    expect(await reserved(payment.payer)).toBe(0n)
  })

  it('is owed back once, when money moved without an answer', async () => {
    const payment = await accept(offer({ when: 'before' }))
    await settle(payment)
    expect(await voidPayments(ctx, [payment.id], 'no')).toBe(0)
    const refunds = await Promise.all([1, 2, 3].map(() => refundPayment(ctx, payment.id, 'broken')))
    expect(refunds.filter(Boolean)).toHaveLength(1)
    expect(await lines(payment.id)).toEqual({ cash: price, refund_payable: -price })
    await expect(
      deliverPayment(ctx, { paymentId: payment.id, upstreamStatus: 200, upstreamEndedAtMs: 0 }, payment),
    ).rejects.toMatchObject({ code: 'stale-state' })
  })

  it('is void when the transfer is proven not to have happened', async () => {
    const payment = await accept(offer())
    await withTransaction((tx) => bookFailed(tx, ctx, [payment], 'reverted'))
    expect(await row(payment.id)).toEqual({ status: 'voided', settlement: 'failed' })
    expect(await reserved(payment.payer)).toBe(0n)
  })
})

describe('after a crash', () => {
  it('voids what was not settled, refunds what was, and leaves what can still be answered', async () => {
    const unsettled = await accept(offer())
    const started = await accept(offer({ when: 'before' }))
    const resumable = await accept(offer({ when: 'before' }))
    await settle(started)
    await settle(resumable)
    expect(await startUpstreamCall(started.id)).toBe(true)
    expect(await startUpstreamCall(started.id)).toBe(false)
    expect(await expireDue(ctx)).toBe(0)

    // Their process dies: this id never sends a heartbeat.
    await db.execute(sql`UPDATE payment SET owner_id = ${randomUUID()} WHERE owner_id IS NOT NULL`)
    await expireDue(ctx)
    expect(await row(unsettled.id)).toEqual({ status: 'voided', settlement: 'none' })
    expect(await row(started.id)).toEqual({ status: 'refund_due', settlement: 'settled' })
    expect(await row(resumable.id)).toEqual({ status: 'authorized', settlement: 'settled' })
    const resumed = await Promise.all([1, 2, 3].map(() => resumePayment(resumable.id)))
    expect(resumed.filter(Boolean)).toHaveLength(1)
  })
})

describe('the books', () => {
  it('sum to zero and cannot be edited', async () => {
    const [{ sum } = { sum: null }] = await db.query<{ sum: bigint | null }>(sql`SELECT sum(amount) FROM ledger_line`)
    expect(sum).toBe(0n)
    await expect(db.execute(sql`UPDATE transfer SET amount_base = 1`)).rejects.toThrow(/append-only/)
    await expect(db.execute(sql`DELETE FROM audit_event`)).rejects.toThrow(/append-only/)
    await expect(db.execute(sql`TRUNCATE transfer`)).rejects.toThrow(/append-only/)
  })

  it('resolve a pending entry only by its own repetition, and once', async () => {
    const payment = await accept(offer())
    const [pending] = await db.query<{ id: bigint }>(sql`SELECT id FROM transfer WHERE payment_id = ${payment.id}`)
    const post = (amount: bigint) =>
      db.execute(sql`
        INSERT INTO transfer (kind, pending_id, reason, debit, credit, network, asset, amount_base, payment_id)
        SELECT 'post', id, 'earn', debit, credit, network, asset, ${amount}::numeric, payment_id FROM transfer WHERE id = ${pending?.id}`)
    await expect(post(price + 1n)).rejects.toThrow(/does not repeat/)
    expect(await post(price)).toBe(1)
    await expect(post(price)).rejects.toThrow(/unique/)
  })
})
