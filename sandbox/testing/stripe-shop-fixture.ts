import { randomUUID } from 'node:crypto'
import { Mppx, stripe } from 'mppx/client'
import { Challenge, Credential, Receipt } from 'mppx'
import { db, sql } from '@/lib/db'
import { mintToken, type StripeServer } from '../stripe'

/** A shop that is paid by Stripe, and the agents that pay it by the official client. */

export const networkOf = (server: Pick<StripeServer, 'profile'>) => `stripe:${server.profile}`

export type StripeShop = { merchantId: string }

/** Resources at 75 cents: one that answers, one that fails, one that is charged before its work. */
export async function openStripeShop(server: StripeServer, upstreamUrl: string, payTo: string): Promise<StripeShop> {
  const merchantId = randomUUID()
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
  for (const [path, settle] of [
    ['/fortune', null],
    ['/failing', null],
    ['/before', 'before'],
    ['/failing-before', 'before'],
  ] as const) {
    const id = randomUUID()
    const upstream = `${upstreamUrl}${path.startsWith('/failing') ? '/failing' : '/fortune'}`
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, settle)
      VALUES (${id}, ${merchantId}, 'GET', ${path}, ${path}, ${upstream}, 750000, ${settle}::settle_when)`)
    await db.execute(
      sql`INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${id}, ${networkOf(server)}, ${payTo})`,
    )
    await db.execute(sql`
      INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
      VALUES (${id}, 1, 750000, ${JSON.stringify({ [networkOf(server)]: payTo })})`)
  }
  return { merchantId }
}

/** The settings of a gateway that is paid by this server. */
export const stripeSetting = (server: StripeServer) =>
  JSON.stringify({
    secretKey: server.secretKey,
    profile: server.profile,
    webhookSecrets: server.webhookSecret ? [server.webhookSecret] : [],
    api: server.url,
  })

/** The official client, with a wallet at the server. */
export function stripeAgent(server: StripeServer, paymentMethod = 'pm_card_visa') {
  return Mppx.create({
    polyfill: false,
    methods: [
      stripe.charge({
        paymentMethod,
        createToken: ({ amount, currency, networkId = server.profile, expiresAt }) =>
          mintToken(server, { amount, currency, profile: networkId, expiresAt, paymentMethod }),
      }),
    ],
  })
}

/** An Authorization header for the stripe challenge of a 402, with this token. */
export function stripeCredential(response: Response, spt: string): string {
  const challenge = Challenge.fromResponse(response)
  return Credential.serialize({ challenge, payload: { spt } })
}

export const receiptOf = (response: Response) => Receipt.deserialize(response.headers.get('payment-receipt') ?? '')
