import { afterAll, beforeAll } from 'vitest'
import { db, sql } from '@/lib/db'
import { startStripe, type StripeOptions, type StripeServer } from '../stripe'
import { startUpstream, type Upstream } from '../upstream'
import { startGateway, type GatewayProcess } from './shop-fixture'
import { networkOf, openStripeShop, stripeAgent, stripeSetting } from './stripe-shop-fixture'

const hourMs = 3_600_000

/**
 * A gateway with its background tasks, paid by Stripe's stand-in, which sends each event twice. Call it at the top of the file.
 * @param before what the account did an hour before.
 */
export function setUpStripeGateway(
  settings: StripeOptions['settings'] = {},
  before?: (server: StripeServer) => Promise<unknown>,
) {
  const running: { stripe?: StripeServer; upstream?: Upstream; gateway?: GatewayProcess; merchantId?: string } = {}
  const stripe = () => {
    if (!running.stripe) throw new Error('the test has not begun')
    return running.stripe
  }
  beforeAll(async () => {
    running.upstream = await startUpstream({})
    running.stripe = await startStripe({
      webhook: { url: 'http://127.0.0.1:9/api/rails/stripe' },
      webhooks: { retryBaseMs: 50, retryMaxMs: 500 },
      settings,
      ...(before && { clock: () => Date.now() - hourMs }),
    })
    await before?.(stripe())
    if (before) stripe().controls.advance(hourMs)
    // Before the first statement, which reads the environment.
    process.env.STRIPE = stripeSetting(stripe())
    const shop = await openStripeShop(stripe(), running.upstream.baseUrl, stripe().profile)
    running.merchantId = shop.merchantId
    running.gateway = await startGateway({ UPSTREAM_ALLOW: `127.0.0.1:${running.upstream.port}`, JOBS: 'in-process' })
    stripe().addWebhook(`${running.gateway.url}/api/rails/stripe`, stripe().webhookSecret ?? '')
    stripe().webhooks.tamper({ twice: true })
  })
  afterAll(async () => {
    await running.gateway?.stop()
    await running.stripe?.stop()
    await running.upstream?.stop()
  })
  return {
    stripe,
    merchantId: () => running.merchantId ?? '',
    /** Buys once by the official client. @returns the payment. */
    async buy(method?: string): Promise<{ id: string; status: string; txHash: string }> {
      const response = await stripeAgent(stripe(), method).fetch(`${running.gateway?.url}/gateway/acme/fortune`)
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
      const [row] = await db.query<{ id: string; status: string; txHash: string }>(
        sql`SELECT id, status, tx_hash FROM payment ORDER BY created_at DESC LIMIT 1`,
      )
      if (!row) throw new Error('no payment was stored')
      return row
    },
    /** What the books hold of an account, in cents. */
    async balanceOf(account: string): Promise<bigint> {
      const [row] = await db.query<{ base: bigint }>(sql`
        SELECT coalesce(sum(CASE WHEN debit = ${account} THEN amount_base ELSE -amount_base END), 0) AS base FROM transfer
        WHERE network = ${networkOf(stripe())} AND kind IN ('direct', 'post') AND ${account} IN (debit, credit)`)
      return BigInt(row?.base ?? 0)
    },
    /** What Stripe holds for the seller, in cents. */
    atStripe(): bigint {
      const { available, pending } = stripe().state.balance(stripe().account)
      return available + pending
    },
    /** The reasons of the ledger entries of a payment, in order. */
    async reasonsOf(paymentId: string): Promise<string[]> {
      const rows = await db.query<{ reason: string }>(
        sql`SELECT reason FROM transfer WHERE payment_id = ${paymentId}::uuid AND kind = 'direct' ORDER BY id`,
      )
      return rows.map(({ reason }) => reason)
    },
    /** How many webhooks are not worked on yet. */
    async dueEvents(): Promise<number> {
      await stripe().webhooks.idle()
      const [row] = await db.query<{ due: number }>(
        sql`SELECT count(*)::int AS due FROM rail_event WHERE due_at IS NOT NULL`,
      )
      return row?.due ?? 0
    },
  }
}
