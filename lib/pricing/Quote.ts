import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { Amount, Caip, type Caip2 } from '@/lib/money'

/** How long a price that was shown to an agent is honoured, whatever the merchant edits meanwhile. */
export const lifetimeMs = 5 * 60_000

/** The price of one request: what is asked, on which networks, until when. */
export type Quote = {
  id: string
  resourceId: string
  /** Of the price that it was made by. */
  revision: number
  /** The most that may be charged; what is charged, unless it is metered. */
  priceMicros: bigint
  /** Present where the charge is known after the answer only. */
  metered?: Metered | undefined
  /** What the request was that its price was counted from (`basisOf`); undefined where every request costs the same. */
  basis?: string | undefined
  /** Where the money goes on each network it can be paid on. */
  payouts: readonly { network: Caip2; payTo: string }[]
  issuedAtMs: number
  expiresAtMs: number
}

export type Metered = {
  /** What window and discount made of the price when it was quoted, in ten-thousandths. */
  scale: number
}

type Priced = Pick<Quote, 'revision' | 'priceMicros' | 'payouts' | 'metered' | 'basis'> & { id: string }

/** The quote of a resource, or of what its policy makes of a request, at this instant. Pure. */
export function from(resource: Priced, id: string, nowMs: number): Quote {
  const { revision, priceMicros, metered, basis } = resource
  return {
    id,
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

export function isFree(quote: Quote): boolean {
  return quote.priceMicros === 0n
}

/** What a price was counted from, short enough for a token: half of a SHA-256. */
export function basisOf({ query, bodyDigest = '' }: { query: string; bodyDigest?: string }): string {
  return createHash('sha256').update(`${query}\n${bodyDigest}`).digest('base64url').slice(0, 22)
}

// Short member names: the token travels in headers, twice per payment.
const Sealed = z.object({
  i: z.string().max(64),
  r: z.uuid(),
  v: z.int().min(1),
  m: z.string().transform(Amount.parseBase),
  s: z.int().min(1).optional(),
  b: z.string().max(22).optional(),
  p: z.array(z.tuple([z.string().transform(Caip.parse), z.string().regex(/^[0-9A-Za-z]{32,44}$/)])).min(1),
  t: z.int(),
  e: z.int(),
})

/**
 * The quote as an opaque token that the agent carries back: base64url(JSON) "." base64url(HMAC-SHA256).
 * Nothing is stored for a quote, so a flood of 402s costs no row.
 */
export function seal(quote: Quote, secret: string): string {
  const body = Buffer.from(
    JSON.stringify({
      i: quote.id,
      r: quote.resourceId,
      v: quote.revision,
      m: quote.priceMicros.toString(),
      ...(quote.metered && { s: quote.metered.scale }),
      ...(quote.basis !== undefined && { b: quote.basis }),
      p: quote.payouts.map(({ network, payTo }) => [network, payTo]),
      t: quote.issuedAtMs,
      e: quote.expiresAtMs,
    }),
  ).toString('base64url')
  return `${body}.${mac(body, secret)}`
}

/**
 * The quote inside a token, or undefined when no secret made it. Does not look at the clock: a
 * repeat of a paid credential is answered after the quote's expiry too.
 */
export function open(token: string, secrets: readonly string[]): Quote | undefined {
  const [body, signature, rest] = token.split('.')
  if (!body || !signature || rest !== undefined) return undefined
  if (!secrets.some((secret) => equal(signature, mac(body, secret)))) return undefined
  const sealed = Sealed.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')))
  return {
    id: sealed.i,
    resourceId: sealed.r,
    revision: sealed.v,
    priceMicros: sealed.m,
    ...(sealed.s !== undefined && { metered: { scale: sealed.s } }),
    ...(sealed.b !== undefined && { basis: sealed.b }),
    payouts: sealed.p.map(([network, payTo]) => ({ network, payTo })),
    issuedAtMs: sealed.t,
    expiresAtMs: sealed.e,
  }
}

function mac(body: string, secret: string): string {
  return createHmac('sha256', secret).update('sluice quote v1\n').update(body).digest('base64url')
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
