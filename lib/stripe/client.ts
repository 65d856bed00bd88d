import Stripe from 'stripe'
import { env } from '../env'

/** The version whose Shared Payment Tokens this code reads and writes. */
export const apiVersion = '2026-07-29.preview'

/** An answer that takes longer is unknown; Stripe itself ends a call within this time. */
const timeoutMs = 30_000

let made: { setting: object; client: Stripe } | undefined

/**
 * The official client, without its own retries: a call that is not stored is never repeated.
 * @throws TypeError without STRIPE: no network of Stripe is served then.
 */
export function stripeClient(): Stripe {
  const setting = env.STRIPE
  if (!setting) throw new TypeError('STRIPE is not set')
  if (made?.setting === setting) return made.client
  const { protocol, hostname, port } = new URL(setting.api)
  const client = new Stripe(setting.secretKey, {
    apiVersion: apiVersion as Stripe.LatestApiVersion,
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: timeoutMs,
    host: hostname,
    protocol: protocol === 'http:' ? 'http' : 'https',
    ...(port !== '' && { port: Number(port) }),
  })
  made = { setting, client }
  return client
}
