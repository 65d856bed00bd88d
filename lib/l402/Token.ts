import { createHmac } from 'node:crypto'
import { AppError } from '@/lib/errors'
import type { Preimage } from '@/lib/lightning'
import * as Macaroon from './Macaroon'

/**
 * L402's token: a macaroon that commits to a payment hash, so that preimage and token together prove the payment without a look-up.
 * Its root key is made of the secret and the identifier, so none is stored. Pure.
 */

/** What a token allows: one answer of one resource for one quote, until its invoice expires. */
export type TokenTerms = { paymentHash: string; resource: string; quote: string; expiresAtMs: number }

const version = 0
const identifierBytes = 2 + 32 + 32
const bytesMax = 2_048

/** The token of an invoice, base64. The same terms make the same token. */
export function mint(terms: TokenTerms, secret: string): string {
  const identifier = identifierOf(terms.paymentHash, secret)
  const caveats = [
    `resource=${terms.resource}`,
    `quote=${terms.quote}`,
    `valid_until=${Math.floor(terms.expiresAtMs / 1000)}`,
  ]
  const token = Macaroon.create(rootKeyOf(identifier, secret), identifier, caveats)
  return Macaroon.write(token).toString('base64')
}

/** Without `nowMs` a token is good after its end too: its money has moved. */
export type TokenCheck = { secrets: readonly string[]; resource: string; nowMs?: number }

/** What a token and its preimage have proved: that this invoice was paid, for this quote. It is not consumed yet. */
export type TokenProof = { paymentHash: string; quote: string }

/**
 * Checks a token and its preimage: made here, for this resource, not expired, and the preimage opens the hash that it commits to. A
 * caveat that is not ours is skipped, as the specification says: its holder may have added it for another service.
 * @throws AppError lightning-malformed-credential | lightning-unknown-challenge | lightning-expired-invoice |
 * lightning-invalid-preimage
 */
export function verify(text: string, preimage: Preimage, check: TokenCheck): TokenProof {
  const token = read(text)
  const { identifier } = token
  const caveats = caveatsOf(token)
  if (!check.secrets.some((secret) => Macaroon.isSigned(token, rootKeyOf(identifier, secret))))
    throw unknown('This server did not make the token.')
  const values = (key: string) => caveats.flatMap(([name, value]) => (name === key ? [value] : []))
  if (values('resource').some((resource) => resource !== check.resource))
    throw unknown('The token is for another resource.')
  const [quote, ...others] = values('quote')
  if (quote === undefined || others.some((other) => other !== quote)) throw unknown('The token names no single quote.')
  const ends = values('valid_until').map((value) => (/^\d{1,12}$/.test(value) ? Number(value) * 1000 : 0))
  if (ends.length === 0 || ends.some((endMs) => check.nowMs !== undefined && check.nowMs >= endMs))
    throw new AppError('lightning-expired-invoice', 'The token or its invoice has expired.')
  const paymentHash = Buffer.from(identifier.subarray(2, 34)).toString('hex')
  if (!preimage.opens(paymentHash))
    throw new AppError('lightning-invalid-preimage', 'The preimage does not open the invoice of the token.')
  return { paymentHash, quote }
}

/** The quote that an unverified token names. @throws AppError lightning-malformed-credential | lightning-unknown-challenge */
export function quoteOf(text: string): string {
  const quote = caveatsOf(read(text)).find(([name]) => name === 'quote')?.[1]
  if (quote === undefined) throw unknown('The token names no quote.')
  return quote
}

/** Version, payment hash, and an id of the token, which is made of both so that nothing is stored. */
function identifierOf(paymentHash: string, secret: string): Buffer {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(version)
  const hash = Buffer.from(paymentHash, 'hex')
  if (hash.length !== 32) throw new TypeError('The payment hash must be 32 bytes.')
  return Buffer.concat([head, hash, hmac(secret, 'l402 token id', hash)])
}

const rootKeyOf = (identifier: Uint8Array, secret: string) => hmac(secret, 'l402 root key', identifier)

function hmac(secret: string, purpose: string, bytes: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${purpose}\0`).update(bytes).digest()
}

function read(text: string): Macaroon.Macaroon {
  const bytes = Buffer.from(text, 'base64')
  try {
    if (bytes.length > bytesMax) throw new TypeError('is too large')
    const token = Macaroon.read(bytes)
    if (token.identifier.length !== identifierBytes || token.identifier.readUInt16BE() !== version)
      throw new TypeError('has an identifier of another form')
    return token
  } catch (error) {
    throw new AppError('lightning-malformed-credential', 'The L402 token cannot be read.', { cause: error })
  }
}

/** Names and values; blanks around the first `=` do not count. */
function caveatsOf({ caveats }: Macaroon.Macaroon): (readonly [string, string])[] {
  return caveats.map((caveat) => {
    const [name = '', ...rest] = caveat.toString('utf8').split('=')
    return [name.trim(), rest.join('=').trim()] as const
  })
}

function unknown(message: string): AppError {
  return new AppError('lightning-unknown-challenge', message)
}
