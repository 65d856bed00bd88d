import { describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { stripeClient } from '@/sandbox/stripe'
import { setUpStripeGateway } from '@/sandbox/testing/stripe-gateway-harness'

// What happens to money after it was taken, as Stripe's stand-in says it by webhooks: each doubled, and late.

const shop = setUpStripeGateway({ balanceTransactionMs: 300, refundMs: 500 })
const { buy, reasonsOf, dueEvents, atStripe } = shop
const clearing = () => shop.balanceOf(`clearing:${shop.stripe().profile}`)
const client = () => stripeClient(shop.stripe())
const soon = { timeout: 60_000, interval: 100 }

const statusOf = async (id: string) =>
  (await db.query<{ status: string }>(sql`SELECT status FROM payment WHERE id = ${id}::uuid`))[0]?.status
const refundsOf = (id: string) =>
  db.query<{ status: string; requestKey: string; amountBase: bigint }>(
    sql`SELECT status, request_key, amount_base FROM refund WHERE payment_id = ${id}::uuid ORDER BY created_at`,
  )

describe('money that moves at Stripe after the answer', () => {
  it('books a fee that Stripe makes later, once', async () => {
    const { id } = await buy()
    await expect.poll(() => reasonsOf(id), soon).toContain('fee')
    await expect.poll(dueEvents, soon).toBe(0)
    expect((await reasonsOf(id)).filter((reason) => reason === 'fee')).toHaveLength(1)
    expect(await clearing()).toBe(atStripe())
  })

  it('books refunds that were made in Stripe’s own dashboard, in parts, until nothing is left', async () => {
    const { id, txHash } = await buy()
    const first = await client().refunds.create({ payment_intent: txHash, amount: 25 })
    await expect
      .poll(() => refundsOf(id), soon)
      .toMatchObject([{ status: 'paid', requestKey: `stripe|${first.id}`, amountBase: 25n }])
    expect(await statusOf(id)).toBe('delivered')
    await client().refunds.create({ payment_intent: txHash, reason: 'duplicate' })
    await expect.poll(() => statusOf(id), soon).toBe('refunded')
    await expect.poll(dueEvents, soon).toBe(0)
    expect(await refundsOf(id)).toHaveLength(2)
    await expect.poll(clearing, soon).toBe(atStripe())
  })

  it('takes a refund of Stripe’s dashboard back when the bank sends it back', async () => {
    const { id, txHash } = await buy()
    const refund = await client().refunds.create({ payment_intent: txHash })
    await expect.poll(() => statusOf(id), soon).toBe('refunded')
    shop.stripe().controls.endRefund(refund.id, 'fails')
    await expect.poll(() => reasonsOf(id), soon).toContain('refund_cancelled')
    expect((await refundsOf(id)).map(({ status }) => status)).toEqual(['cancelled'])
    expect(await statusOf(id)).toBe('delivered')
    await expect.poll(dueEvents, soon).toBe(0)
    await expect.poll(clearing, soon).toBe(atStripe())
  })

  it('makes a refund of ours due again when the bank sends it back', async () => {
    const { id } = await buy('pm_card_refundFail')
    await db.execute(sql`
      INSERT INTO refund (id, payment_id, kind, network, asset, "to", amount_base, reason, request_key)
      SELECT gen_random_uuid(), id, 'member', network, asset, payer, amount_base, 'Sorry', 'request test' FROM payment
      WHERE id = ${id}::uuid`)
    await db.execute(sql`UPDATE payment SET status = 'refund_due' WHERE id = ${id}::uuid`)
    await expect.poll(() => reasonsOf(id), soon).toContain('refund_returned')
    const reasons = await reasonsOf(id)
    expect(reasons.indexOf('refund_returned')).toBeGreaterThan(reasons.indexOf('refund_paid'))
    expect(await statusOf(id)).toBe('refund_due')
  })
})
