import { describe, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { stripeClient } from '@/sandbox/stripe'
import { setUpStripeGateway } from '@/sandbox/testing/stripe-gateway-harness'
import { findProblems } from '../views/find-problems'
import { listBalances } from '../views/list-balances'
import { reconcileRails } from './reconcile-rails'

// The books beside Stripe's balance: charges, fees, refunds, disputes and payouts, to the cent.

/** 50 dollars that Sluice has nothing to do with: 48.25 after the fee. */
const sellElsewhere = (server: Parameters<typeof stripeClient>[0]) =>
  stripeClient(server).paymentIntents.create({
    ...{ amount: 5_000, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
const shop = setUpStripeGateway({}, sellElsewhere)
const soon = { timeout: 60_000, interval: 100 }
const ctx = createCtx({ kind: 'system', id: 'reconcile-rails' })
const client = () => stripeClient(shop.stripe())
const reader = () => ({ operator: false, merchantId: shop.merchantId() })
const statusOf = async (paymentId: string) =>
  (await db.query<{ status: string }>(sql`SELECT status FROM dispute WHERE payment_id = ${paymentId}::uuid`))[0]?.status
const disputes = () => shop.stripe().state.all('dispute')
const bank = () => shop.balanceOf(`bank:${shop.merchantId()}`)

async function compared() {
  await expect.poll(shop.dueEvents, soon).toBe(0)
  expect(await reconcileRails(ctx)).toBe(1)
  const [balance] = await listBalances(reader())
  return balance
}

describe('the books of a Stripe account', () => {
  it('equal its balance after charges, a refund, a won and a lost dispute, and a payout that comes back', async () => {
    const refunded = await shop.buy('pm_card_bypassPending')
    await client().refunds.create({ payment_intent: refunded.txHash, amount: 30 })
    for (const outcome of ['won', 'lost'] as const) {
      const { id } = await shop.buy('pm_card_createDispute')
      await expect.poll(() => statusOf(id), soon).toBe('needs_response')
      shop.stripe().controls.endDispute(disputes().at(-1)?.id ?? '', outcome)
      await expect.poll(() => statusOf(id), soon).toBe(outcome)
    }
    expect(await compared()).toMatchObject({ mark: 'equal', chain: { differenceBase: '0', openingBase: '4825' } })
    shop.stripe().controls.advance(8 * 86_400_000)
    const amount = shop.stripe().state.balance(shop.stripe().account).available
    const payout = await client().payouts.create({ amount: Number(amount), currency: 'usd' })
    await expect.poll(bank, soon).toBe(amount)
    expect(await compared()).toMatchObject({ mark: 'equal' })
    shop.stripe().controls.advance(8 * 86_400_000)
    expect(await compared()).toMatchObject({ mark: 'equal' })
    shop.stripe().controls.failPayout(payout.id)
    await expect.poll(bank, soon).toBe(0n)
    expect(await compared()).toMatchObject({ mark: 'equal' })
    const entries = await db.query(sql`SELECT FROM transfer WHERE reason IN ('payout', 'payout_returned')`)
    expect(entries).toHaveLength(2)
  })

  it('differ by what the account sells outside of Sluice, and a person sees it', async () => {
    await sellElsewhere(shop.stripe())
    const balance = await compared()
    expect(balance).toMatchObject({ mark: 'differs', chain: { differenceBase: '4825' } })
    await compared()
    const events = await db.query(sql`SELECT FROM audit_event WHERE type = 'reconcile.difference'`)
    expect(events).toHaveLength(1)
    expect(await findProblems(reader())).toContainEqual({ kind: 'books-differ', count: 1 })
  })
})
