import { beforeAll, describe, expect, it } from 'vitest'
import { db, pool, processId, sql, withTransaction } from '@/lib/db'
import {
  accept,
  begin,
  book,
  ctx,
  offer,
  insertSeller,
  orphan,
  price,
  row,
  settle,
} from '@/sandbox/testing/payment-fixture'
import {
  expireDue,
  expirePayment,
  findClaim,
  forgetAnswers,
  Payment,
  refundDelivered,
  startUpstreamCall,
  voidPayments,
} from '.'

beforeAll(insertSeller)

const answer: Payment.StoredAnswer = { status: 200, headers: [['content-type', 'text/plain']], body: Buffer.from('hi') }

async function untilMs(paymentId: string): Promise<number | undefined> {
  const [kept] = await db.query<{ ms: number }>(sql`
    SELECT (extract(epoch FROM expires_at - now()) * 1000)::float8 AS ms FROM payment_answer WHERE payment_id = ${paymentId}`)
  return kept?.ms
}

describe('an answer whose settlement takes longer than answers are kept', () => {
  const grownOld = (paymentId: string) =>
    db.execute(sql`UPDATE payment_answer SET expires_at = now() - interval '1 hour' WHERE payment_id = ${paymentId}`)

  it('is kept for the whole time from when that is booked', async () => {
    const payment = await accept(offer())
    const batchId = await begin(payment, answer)
    await grownOld(payment.id)
    expect(await forgetAnswers()).toBe(0)
    await book(batchId, payment)
    expect(await row(payment.id)).toEqual({ status: 'delivered', settlement: 'settled' })
    expect(await untilMs(payment.id)).toBeGreaterThan(Payment.keptMs - 60_000)
    expect((await findClaim(payment.claimKey))?.answer?.status).toBe(200)
  })

  it('is forgotten when its time is over', async () => {
    const payment = await accept(offer())
    await settle(payment, answer)
    await grownOld(payment.id)
    expect(await forgetAnswers()).toBe(1)
    expect(await untilMs(payment.id)).toBeUndefined()
  })
})

describe('a payment without a serving process', () => {
  /** Settled, its upstream called, its process dead. */
  async function insertOrphan(amountBase = price): Promise<Payment.Payment> {
    const payment = await accept(offer({ when: 'before' }))
    await settle(payment)
    await startUpstreamCall(payment.id)
    await orphan(payment)
    if (amountBase === price) return payment
    await db.execute(sql`UPDATE payment SET scheme = 'upto', amount_base = ${amountBase} WHERE id = ${payment.id}`)
    return payment
  }

  it('and that was charged nothing is void, and those behind it are refunded', async () => {
    const [uncharged, charged] = [await insertOrphan(0n), await insertOrphan()]
    expect(await expireDue(ctx)).toBe(2)
    expect(await row(uncharged.id)).toEqual({ status: 'voided', settlement: 'settled' })
    expect(await row(charged.id)).toEqual({ status: 'refund_due', settlement: 'settled' })
    expect(await expireDue(ctx)).toBe(0)
  })

  it('owes nothing back for an answer that cost nothing', async () => {
    const payment = await accept(offer())
    await settle(payment, answer)
    await db.execute(sql`UPDATE payment SET scheme = 'upto', amount_base = 0 WHERE id = ${payment.id}`)
    const owed = { paymentId: payment.id, transactionId: payment.id, reason: 'It did not happen.' }
    expect(await refundDelivered({ query: db.query, execute: db.execute }, ctx, owed)).toBe(false)
    expect((await row(payment.id))?.status).toBe('delivered')
  })

  it('and that cannot be resolved keeps no other from it, and stands behind them next time', async () => {
    const [unpaid, unvoided] = [await insertOrphan(), await accept(offer())]
    // The database refuses to write these two, for any reason.
    await pool().query(`ALTER TABLE refund ADD CONSTRAINT stuck CHECK (payment_id <> '${unpaid.id}') NOT VALID`)
    await pool().query(
      `ALTER TABLE payment ADD CONSTRAINT stuck CHECK (id <> '${unvoided.id}' OR status <> 'voided') NOT VALID`,
    )
    const [paid, voided] = [await insertOrphan(), await accept(offer())]
    await Promise.all([unvoided, voided].map(orphan))
    expect(await expireDue(ctx)).toBe(2)
    expect(await row(paid.id)).toEqual({ status: 'refund_due', settlement: 'settled' })
    expect(await row(voided.id)).toEqual({ status: 'voided', settlement: 'none' })
    const waiting = () =>
      db.query<{ id: string }>(
        sql`SELECT id FROM payment WHERE status = 'authorized' AND resolve_at > now() ORDER BY id`,
      )
    expect((await waiting()).map(({ id }) => id)).toEqual([unpaid.id, unvoided.id].sort())

    await pool().query('ALTER TABLE refund DROP CONSTRAINT stuck')
    await pool().query('ALTER TABLE payment DROP CONSTRAINT stuck')
    expect(await expireDue(ctx)).toBe(0)
    await db.execute(sql`UPDATE payment SET resolve_at = now() WHERE resolve_at IS NOT NULL`)
    expect(await expireDue(ctx)).toBe(2)
  })

  it.each([
    ['voided', () => accept(offer())],
    ['refunded', () => insertOrphan()],
  ])('is not %s when its process comes back between the look and the write', async (_, insert) => {
    const payment = await insert()
    await orphan(payment)
    const expiring = await withTransaction(async (tx) => {
      await tx.query(sql`SELECT 1 FROM payment WHERE id = ${payment.id} FOR UPDATE`)
      const looked = expirePayment(ctx, payment.id)
      const waits = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      await expect.poll(async () => (await db.query(waits)).length).toBe(1)
      await tx.execute(sql`UPDATE payment SET owner_id = ${processId}::uuid WHERE id = ${payment.id}`)
      return { looked }
    })
    expect(await expiring.looked).toBe(0)
    expect((await row(payment.id))?.status).toBe('authorized')
  })
})

it('gives reservations of many wallets back in one order, so that two that do so never wait in a circle', async () => {
  const payments = await Promise.all(Array.from({ length: 12 }, () => accept(offer())))
  const [first, ...others] = payments.map(({ payer }) => payer).sort()
  const reservation = (payer = '') => sql`SELECT 1 FROM exposure WHERE payer = ${payer} FOR UPDATE NOWAIT`
  const { voiding } = await withTransaction(async (tx) => {
    await tx.query(reservation(first))
    const voiding = voidPayments(
      ctx,
      payments.map(({ id }) => id),
      'why',
    )
    const waits = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await expect.poll(async () => (await db.query(waits)).length).toBe(1)
    // It waits for the first one, and locks none of those after it.
    for (const payer of others) await withTransaction((other) => other.query(reservation(payer)))
    return { voiding }
  })
  expect(await voiding).toBe(12)
})
