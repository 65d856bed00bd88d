import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDb, db, endHeartbeat, processId, sql, withTransaction } from '@/lib/db'
import { startPostgresProxy, type PostgresProxy } from '@/sandbox/faults/postgres-proxy'
import {
  accept,
  book,
  begin,
  ctx,
  offer,
  insertSeller,
  orphan,
  reserved,
  row,
  settle,
} from '@/sandbox/testing/payment-fixture'
import {
  acceptPayment,
  deliverPayment,
  expireDue,
  findClaim,
  releasePayment,
  resumePayment,
  startUpstreamCall,
} from '.'

// The connection breaks between PostgreSQL's commit and its reply.

let proxy: PostgresProxy

beforeAll(async () => {
  proxy = await startPostgresProxy(process.env.DATABASE_URL ?? '')
  process.env.DATABASE_URL = proxy.url
  await insertSeller()
})
afterAll(async () => {
  await endHeartbeat()
  await closeDb()
  await proxy.stop()
})

const ownerOf = async (id: string) =>
  (await db.query<{ owner: string | null }>(sql`SELECT owner_id AS owner FROM payment WHERE id = ${id}`))[0]?.owner

describe('a claim whose reply is lost', () => {
  it('is void within seconds, though the process that made it lives', async () => {
    const input = offer()
    const lost = proxy.loseReply(/WITH claimed AS/)
    await expect(acceptPayment(ctx, input)).rejects.toMatchObject({ code: 'unavailable' })
    await lost
    const claim = await findClaim(input.credential.claimKey)
    expect(claim?.payment.status).toBe('authorized')
    expect(await reserved(input.authorization.payer)).toBe(input.credential.amountBase)
    const resolved = async () => {
      await expireDue(ctx)
      return (await row(claim?.payment.id ?? ''))?.status
    }
    await expect.poll(resolved).toBe('voided')
    expect(await reserved(input.authorization.payer)).toBe(0n)
  })

  it('is void too when its statement is still waiting as the connection breaks', async () => {
    const first = await accept(offer())
    const input = offer({}, first.payer)
    // Another transaction locks the wallet's reservation: the claim waits for it, and commits later.
    const { claiming } = await withTransaction(async (tx) => {
      await tx.query(sql`SELECT 1 FROM exposure WHERE payer = ${first.payer} FOR UPDATE`)
      const claiming = acceptPayment(ctx, input).catch((error: unknown) => error)
      const waits = sql`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%claimed AS%'`
      await expect.poll(async () => (await db.query(waits)).length).toBe(1)
      proxy.cutWaiting()
      expect(await claiming).toMatchObject({ code: 'unavailable' })
      expect(await findClaim(input.credential.claimKey)).toBeUndefined()
      return { claiming }
    })
    await claiming
    const resolved = async () => {
      await expireDue(ctx)
      return (await findClaim(input.credential.claimKey))?.payment.status
    }
    await expect.poll(resolved).toBe('voided')
  })
})

it('lets go of a payment that was taken over, when the reply to that is lost', async () => {
  const payment = await accept(offer({ when: 'before' }))
  await settle(payment)
  await orphan(payment)
  const lost = proxy.loseReply(/UPDATE payment SET owner_id = \$1::uuid/)
  await expect(resumePayment(payment.id)).rejects.toMatchObject({ code: 'unavailable' })
  await lost
  expect(await ownerOf(payment.id)).toBe(processId)
  await expect.poll(() => ownerOf(payment.id)).toBeNull()
  expect((await resumePayment(payment.id))?.id).toBe(payment.id)
})

it('lets go of a payment although the first try is lost before it ran', async () => {
  const payment = await accept(offer())
  proxy.cut()
  await releasePayment(payment.id)
  proxy.mend()
  await expect.poll(() => ownerOf(payment.id)).toBeNull()
})

it('takes an answer for delivered whose delivery was committed', async () => {
  const payment = await accept(offer({ when: 'before' }))
  await book(await begin(payment), payment)
  await startUpstreamCall(payment.id)
  const lost = proxy.loseReply(/SET status = 'delivered'/)
  const delivery = { paymentId: payment.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }
  await deliverPayment(ctx, delivery, payment)
  await lost
  expect((await row(payment.id))?.status).toBe('delivered')
  await expect(deliverPayment(ctx, delivery, payment)).rejects.toMatchObject({ code: 'stale-state' })
})
