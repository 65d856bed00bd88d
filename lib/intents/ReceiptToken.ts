import { createHmac, timingSafeEqual } from 'node:crypto'
import { env } from '@/lib/env'

/**
 * A token by which an agent without an account fetches the receipt of its purchase. It grants nothing else and does
 * not expire.
 */

/** Unguessable; 43 URL-safe characters. */
export function make(intentId: string): string {
  return sign(env.CHALLENGE_SECRET, intentId)
}

/** Whether the token belongs to this intent, under the current or the previous secret. */
export function isFor(intentId: string, token: string): boolean {
  return [env.CHALLENGE_SECRET, env.CHALLENGE_SECRET_PREVIOUS]
    .filter((secret) => secret !== undefined)
    .some((secret) => isSame(sign(secret, intentId), token))
}

// The label separates this use of the secret from all others.
function sign(secret: string, intentId: string): string {
  return createHmac('sha256', secret)
    .update(`sluice execution receipt v1|${intentId.toLowerCase()}`)
    .digest('base64url')
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
