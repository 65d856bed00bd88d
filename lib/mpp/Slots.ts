import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The input of the HMAC that makes a challenge's id, each slot as on the wire; an absent slot is empty
 * (draft-httpauth-payment 5.1.2.1.1). Seven slots; mppx adds `header` if a challenge names one, which ours never do.
 */
export type ChallengeSlots = {
  realm: string
  method: string
  intent: string
  request: string
  expires: string
  digest: string
  header?: string
  opaque: string
}

/** The id of these slots under a secret. */
export function idOf(slots: ChallengeSlots, secret: string): string {
  const { realm, method, intent, request, expires, digest, header, opaque } = slots
  const bound = [realm, method, intent, request, expires, digest, ...(header === undefined ? [] : [header]), opaque]
  return createHmac('sha256', secret).update(bound.join('|')).digest('base64url')
}

/** Whether this secret made the id. Compares in constant time. */
export function isBound(id: string, slots: ChallengeSlots, secret: string): boolean {
  const [actual, expected] = [Buffer.from(id), Buffer.from(idOf(slots, secret))]
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}
