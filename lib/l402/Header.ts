import { AppError } from '@/lib/errors'
import { Preimage } from '@/lib/lightning'

/** The headers of L402. Pure. */

/** The scheme, and the name that it had before: both are read. */
const schemes = /^(l402|lsat)(?:\s|$)/i
const credential = /^(?:l402|lsat)\s+([A-Za-z0-9+/=_-]{1,4096}):(\S{1,200})$/i

/**
 * The challenge for WWW-Authenticate. `macaroon` comes first because older clients read exactly this order, and newer ones take it
 * for `token`.
 * @param token base64; @param bolt11 the invoice.
 */
export function challengeOf(token: string, bolt11: string): string {
  return `L402 macaroon="${token}", invoice="${bolt11}", version="0"`
}

/** The same for clients that know only the old name. It costs as many bytes again, so it is sent alone or not at all. */
export function legacyChallengeOf(token: string, bolt11: string): string {
  return `LSAT macaroon="${token}", invoice="${bolt11}"`
}

/** A token with its preimage, which never prints. */
export type L402Credential = { token: string; preimage: Preimage }

/**
 * The credential of an Authorization header; undefined if it is of another scheme.
 * @throws AppError lightning-malformed-credential
 */
export function parse(authorization: string | null): L402Credential | undefined {
  const text = authorization?.trim() ?? ''
  if (!schemes.test(text)) return undefined
  const [, token, secret] = credential.exec(text) ?? []
  const preimage = Preimage.parse(secret)
  if (token === undefined || !preimage)
    throw new AppError(
      'lightning-malformed-credential',
      'The Authorization header is not “L402 token:preimage” with one token and 64 lower-case hex digits.',
    )
  return { token, preimage }
}
