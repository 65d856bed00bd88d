import Stripe from 'stripe'
import { sandboxAccounts } from './server'

/** The version that has shared payment tokens; mppx sends the same. */
export const previewVersion = '2026-07-29.preview'

/** The official SDK, pointed at a sandbox. @param config such as `maxNetworkRetries`. */
export function stripeClient(
  server: { port: number },
  config: { maxNetworkRetries?: number; secretKey?: string; timeout?: number } = {},
): Stripe {
  const { secretKey = sandboxAccounts.seller.secretKey, ...rest } = config
  return new Stripe(secretKey, { host: '127.0.0.1', port: server.port, protocol: 'http', telemetry: false, ...rest })
}

export type TokenWish = {
  amount: bigint | number | string
  currency?: string
  /** The seller's profile; the challenge's `networkId`. */
  profile?: string
  /** A test payment method of Stripe. */
  paymentMethod?: string
  /** Seconds; in an hour otherwise. */
  expiresAt?: number
  /** The wallet's key. */
  secretKey?: string
}

/** The `createToken` of mppx's Stripe client: an agent whose wallet is this sandbox. */
export function walletOf(server: { url: string }, secretKey: string = sandboxAccounts.agent.secretKey) {
  return (wish: {
    amount: string
    currency: string
    networkId?: string | undefined
    expiresAt: number
    paymentMethod?: string | undefined
  }) =>
    mintToken(server, {
      amount: wish.amount,
      currency: wish.currency,
      expiresAt: wish.expiresAt,
      secretKey,
      ...(wish.networkId !== undefined && { profile: wish.networkId }),
      ...(wish.paymentMethod !== undefined && { paymentMethod: wish.paymentMethod }),
    })
}

/**
 * What an agent's wallet does for a challenge: makes a shared payment token by Stripe's test helper. Returns its id.
 * @throws Error with Stripe's message.
 */
export async function mintToken(server: { url: string; nowMs?(): number }, wish: TokenWish): Promise<string> {
  const { seller, agent } = sandboxAccounts
  const body = new URLSearchParams({
    payment_method: wish.paymentMethod ?? 'pm_card_visa',
    'usage_limits[currency]': wish.currency ?? 'usd',
    'usage_limits[max_amount]': String(wish.amount),
    'usage_limits[expires_at]': String(wish.expiresAt ?? Math.floor((server.nowMs?.() ?? Date.now()) / 1_000) + 3_600),
    'seller_details[network_id]': wish.profile ?? seller.profile,
  })
  const response = await fetch(`${server.url}/v1/test_helpers/shared_payment/granted_tokens`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${wish.secretKey ?? agent.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      'stripe-version': previewVersion,
    },
    body,
  })
  const reply = (await response.json()) as { id?: string; error?: { message: string } }
  if (reply.id === undefined) throw new Error(reply.error?.message ?? `Stripe answered ${response.status}`)
  return reply.id
}
