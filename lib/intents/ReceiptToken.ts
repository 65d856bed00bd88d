import { createHmac, timingSafeEqual } from 'node:crypto'
import { env } from '@/lib/env'

/** What lets an agent without an account fetch the receipt of what it paid for. It says nothing but that, and does not expire. */

/** Unguessable; 43 characters that stand in a URL as they are. */
export function make(intentId: string): string {
  return sign(env.CHALLENGE_SECRET, intentId)
}

/** Whether it was made for this intent, also under the secret before this one. */
export function isFor(intentId: string, token: string): boolean {
  return [env.CHALLENGE_SECRET, env.CHALLENGE_SECRET_PREVIOUS]
    .filter((secret) => secret !== undefined)
    .some((secret) => isSame(sign(secret, intentId), token))
}

// The label keeps this use of the secret from every other one.
function sign(secret: string, intentId: string): string {
  return createHmac('sha256', secret)
    .update(`sluice execution receipt v1|${intentId.toLowerCase()}`)
    .digest('base64url')
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
