import { env } from '../../env'
import * as Challenge from '../Challenge'
import * as Nonce from '../Nonce'

/**
 * The challenge of a WebAuthn ceremony: a nonce that only this installation can make, bound to a browser or a wallet, and its
 * time. Nothing is stored until it is used.
 */

/** The relying party: the host of the site. https://www.w3.org/TR/webauthn-3/#relying-party-identifier */
export const relyingParty = () => ({ id: new URL(env.PUBLIC_URL).hostname, origin: new URL(env.PUBLIC_URL).origin })

export function create(binding: string, nowMs: number): string {
  return `${Nonce.create(binding, nowMs)}.${nowMs}`
}

/**
 * The nonce of a challenge, to be used up; undefined if it is not ours, not for this binding, or older than five minutes.
 * @param encoded as the browser signed it: base64url.
 */
export function nonceOf(encoded: string, binding: string, nowMs: number): string | undefined {
  const [nonce = '', at = ''] = Buffer.from(encoded, 'base64url').toString('utf8').split('.')
  const issuedAtMs = /^\d{1,15}$/.test(at) ? Number(at) : NaN
  const isFresh = issuedAtMs <= nowMs && issuedAtMs > nowMs - Challenge.lifetimeMs
  return isFresh && Nonce.isOurs(nonce, binding, issuedAtMs) ? nonce : undefined
}
