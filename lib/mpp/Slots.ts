import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * What a challenge's id is an HMAC over, each as it stands on the wire; absent ones are empty (draft-httpauth-payment
 * 5.1.2.1.1). Seven slots; mppx adds `header` where a challenge names one, and ours never does.
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

/** The id that a secret gives to these slots. */
export function idOf(slots: ChallengeSlots, secret: string): string {
  const { realm, method, intent, request, expires, digest, header, opaque } = slots
  const bound = [realm, method, intent, request, expires, digest, ...(header === undefined ? [] : [header]), opaque]
  return createHmac('sha256', secret).update(bound.join('|')).digest('base64url')
}

/** Whether this secret made the id. Takes the same time wherever they differ. */
export function isBound(id: string, slots: ChallengeSlots, secret: string): boolean {
  const [given, made] = [Buffer.from(id), Buffer.from(idOf(slots, secret))]
  return given.length === made.length && timingSafeEqual(given, made)
}
