import type { Instrument } from '@/lib/chains'
import type { Asset, Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'
import type { OfferIssuer } from './offer-receipt'

/** One way to pay a quote, before it is written in either version of the protocol. */
export type SchemeOffer = {
  scheme: 'exact' | 'upto'
  network: Caip2
  /** x402 v1's name of the network; ways without one are not offered to v1 clients. */
  v1Name: string | undefined
  asset: Asset
  payTo: string
  /** The price; with `upto` the most that may be charged. */
  amountBase: bigint
  /** What a client has to know to sign, beside the quote. The members of `extra`. */
  extra: Readonly<Record<string, unknown>>
}

/** What is known of this installation. Read on every call, so that importing this needs no environment. */
export type X402Config = {
  /** CHALLENGE_SECRET first, then those that are still honoured. */
  secrets(): readonly [string, ...string[]]
  /** Whether this installation has RPC endpoints for a network. */
  serves(network: Caip2): boolean
  /** Who may settle channels on a network: our settlement signer; undefined where this server has none, and nobody opens channels. */
  operatorOn?(network: Caip2): string | undefined
  /** Signs offers and receipts; absent where no key for that is configured. */
  issuer?(): OfferIssuer | undefined
}

/** Where a quote can be paid: one of its payouts on a network that is served. */
export type Payout = {
  network: Caip2
  v1Name: string | undefined
  assets: readonly Asset[]
  payTo: string
  quote: Pick<Quote.Quote, 'priceMicros' | 'metered'>
  takes: Protocol.AcceptedMethods
}

/** A payload that one scheme understands: shape checked, nothing believed. Addresses canonical. */
export type ParsedPayload = {
  /** As it is stored: signed hex in lower case, nothing that the schema does not know. */
  payload: Record<string, unknown>
  /** Unique key from signed values only (see `payments/Protocol`). */
  claimKey: string
  /** Base units that it moves, at most. */
  amountBase: bigint
  payTo: string
  payer: string
  /**
   * Checks it against an offer: terms, times, then the signature; never the chain.
   * @throws AppError verification-failed | payment-expired, with `extra.reason` (see `Reason`).
   */
  authorize(offer: SchemeOffer, takes: Protocol.AcceptedMethods, nowMs: number): Instrument
}

/**
 * A way to move money by x402, in one file of `schemes/`. `protocol.ts` writes its offers into a 402 and hands it the
 * payloads that come back; the facilitator hands it other servers' requirements.
 */
export type Scheme = {
  /** In words for people and rows: "exact eip3009". */
  name: string
  scheme: SchemeOffer['scheme']
  /** Whose words the facilitator uses for what is wrong. */
  family: 'eip3009' | 'permit2' | 'svm'
  /** What a server that lets us facilitate it has to know (`extra` of /supported); undefined where we do not. */
  supports(network: Caip2, assets: readonly Asset[]): Record<string, unknown> | undefined
  /** Whether an offer is one of this scheme's. */
  takes(offer: SchemeOffer): boolean
  /** Empty where it cannot be paid by this. */
  offers(payout: Payout): readonly SchemeOffer[]
  /**
   * Undefined when the payload is of another scheme that goes by the same name. `extensions` are those that came with it; nobody
   * signed them.
   * @throws AppError payment-malformed when it is of this one and broken.
   */
  parse(payload: unknown, network: Caip2, asset: string, extensions: Record<string, unknown>): ParsedPayload | undefined
}
