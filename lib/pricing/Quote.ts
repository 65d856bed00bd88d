import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Caip2 } from '@/lib/money'

/** How long a shown price stays valid, whatever the merchant edits meanwhile. */
export const lifetimeMs = 5 * 60_000

const basisBytes = 16
const macBytes = 16

/** The price of one request: amount, networks, expiry. */
export type Quote = {
  /** A UUID (version 7) of the time and 48 random bits: the token contains all of it. */
  id: string
  resourceId: string
  /** Revision of the price. */
  revision: number
  /** The highest possible charge; the charge itself unless it is metered. */
  priceMicros: bigint
  /** Present if the charge is known only with the answer. */
  metered?: MeteredTerms | undefined
  /** The request that the price was counted from (`basisOf`); undefined if every request costs the same. */
  basis?: string | undefined
  /** The pay-to address on each network. */
  payouts: readonly { network: Caip2; payTo: string }[]
  issuedAtMs: number
  expiresAtMs: number
}

export type MeteredTerms = {
  /** Factor of window and discount at the time of the quote, in ten-thousandths. */
  scale: number
}

type Priced = Pick<Quote, 'revision' | 'priceMicros' | 'payouts' | 'metered' | 'basis'> & { id: string }

/** The content of a token: everything except the payouts, which belong to the resource's revision. */
export type SealedQuote = Omit<Quote, 'payouts'>

/** The quote of a resource, or of its plan for a request, at this instant. `random` is a UUID. Pure. */
export function from(resource: Priced, random: string, nowMs: number): Quote {
  const { revision, priceMicros, metered, basis } = resource
  return {
    id: idOf(nowMs, random.slice(-12)),
    resourceId: resource.id,
    revision,
    priceMicros,
    ...(metered && { metered: { scale: metered.scale } }),
    ...(basis !== undefined && { basis }),
    payouts: resource.payouts,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + lifetimeMs,
  }
}

/**
 * The same quote as if it were made at the start of its second: quotes of one second then differ only in their random bits.
 * Pure.
 */
export function sinceItsSecond(quote: Quote): Quote {
  const issuedAtMs = quote.issuedAtMs - (quote.issuedAtMs % 1000)
  const id = idOf(issuedAtMs, quote.id.slice(-12))
  return { ...quote, id, issuedAtMs, expiresAtMs: issuedAtMs + lifetimeMs }
}

export function isFree(quote: Quote): boolean {
  return quote.priceMicros === 0n
}

/** What a price was counted from, short enough for a token: half of a SHA-256. */
export function basisOf({ query, bodyDigest = '' }: { query: string; bodyDigest?: string }): string {
  return createHash('sha256').update(`${query}\n${bodyDigest}`).digest().subarray(0, basisBytes).toString('base64url')
}

// The first byte of a token: the version of its form, and which of the optional members it has.
const version = 0x20
const has = { scale: 0x01, basis: 0x02 } as const

/**
 * The quote as an opaque token that the agent returns, usually 43 characters and never 90: revision, time, random bits, price,
 * and optionally scale and basis; then a MAC (HMAC-SHA256, its first 128 bits) over them and the resource. It leaves out what
 * the reader knows: the resource is the requested one, and the payouts belong to its revision. Nothing is stored for a quote,
 * so a flood of 402s costs no row.
 */
export function seal(quote: Quote, secret: string): string {
  const { id, resourceId, revision, priceMicros, metered, basis, issuedAtMs } = quote
  const body = Buffer.concat([
    Buffer.of(version | (metered ? has.scale : 0) | (basis === undefined ? 0 : has.basis)),
    toVarint(BigInt(revision)),
    Buffer.from(issuedAtMs.toString(16).padStart(12, '0') + id.slice(-12), 'hex'),
    toVarint(priceMicros),
    ...(metered ? [toVarint(BigInt(metered.scale))] : []),
    ...(basis === undefined ? [] : [Buffer.from(basis, 'base64url')]),
  ])
  return Buffer.concat([body, mac(body, resourceId, secret)]).toString('base64url')
}

/**
 * The quote of this resource in a token; undefined if no secret made it for this resource. Does not check the time: a repeat of
 * a paid credential is answered after the quote's expiry too.
 */
export function open(token: string, resourceId: string, secrets: readonly string[]): SealedQuote | undefined {
  const bytes = Buffer.from(token, 'base64url')
  // Another spelling of the same bytes is another token: a credential is compared as it is written.
  if (bytes.length <= macBytes || bytes.toString('base64url') !== token) return undefined
  const [body, given] = [bytes.subarray(0, -macBytes), bytes.subarray(-macBytes)]
  if (!secrets.some((secret) => timingSafeEqual(given, mac(body, resourceId, secret)))) return undefined
  const flags = body[0] ?? 0
  const revision = fromVarint(body, 1)
  const issuedAtMs = body.readUIntBE(revision.end, 6)
  const random = body.toString('hex', revision.end + 6, revision.end + 12)
  const price = fromVarint(body, revision.end + 12)
  const scale = flags & has.scale ? fromVarint(body, price.end) : undefined
  const rest = scale?.end ?? price.end
  return {
    id: idOf(issuedAtMs, random),
    resourceId,
    revision: Number(revision.value),
    priceMicros: price.value,
    ...(scale && { metered: { scale: Number(scale.value) } }),
    ...(flags & has.basis && { basis: body.toString('base64url', rest, rest + basisBytes) }),
    issuedAtMs,
    expiresAtMs: issuedAtMs + lifetimeMs,
  }
}

/** RFC 9562, version 7; of its random bits 48 are used. */
function idOf(issuedAtMs: number, random: string): string {
  const time = issuedAtMs.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${random}`
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function toVarint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}

/** Reads bytes that a secret of this installation proved. */
function fromVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let end = start
  while ((bytes[end] ?? 0) & 0x80) end++
  end++
  return { value: bytes.subarray(start, end).reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n), end }
}

function mac(body: Buffer, resourceId: string, secret: string): Buffer {
  const whole = createHmac('sha256', secret).update(`sluice quote v2\n${resourceId}\n`).update(body).digest()
  return whole.subarray(0, macBytes)
}
