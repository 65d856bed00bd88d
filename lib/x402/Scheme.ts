import type { Instrument } from '@/lib/chains'
import type { Asset, Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'
import type { OfferIssuer } from './offer-receipt'

/** One way to pay a quote, independent of the protocol version. */
export type SchemeOffer = {
  scheme: 'exact' | 'upto'
  network: Caip2
  /** x402 v1's name of the network. Undefined: v1 clients do not get this offer. */
  v1Name: string | undefined
  asset: Asset
  payTo: string
  /** The price in base units; with `upto` the maximum charge. */
  amountBase: bigint
  /** The members of `extra`: what a client needs to sign, besides the quote. */
  extra: Readonly<Record<string, unknown>>
}

/** Configuration of this installation. Read on every call, so that importing this file needs no environment. */
export type X402Config = {
  /** CHALLENGE_SECRET first, then older secrets that are still valid. */
  secrets(): readonly [string, ...string[]]
  /** Whether this installation has RPC endpoints for the network. */
  serves(network: Caip2): boolean
  /**
   * Address of our settlement signer for channels on a network. Undefined: this server has none, and no channel can
   * open.
   */
  operatorOn?(network: Caip2): string | undefined
  /** Signs offers and receipts; undefined if no key is configured. */
  issuer?(): OfferIssuer | undefined
}

/** Where a quote can be paid: one of its payouts, on a network that this installation serves. */
export type Payout = {
  network: Caip2
  v1Name: string | undefined
  assets: readonly Asset[]
  payTo: string
  quote: Pick<Quote.Quote, 'priceMicros' | 'metered'>
  takes: Protocol.AcceptedMethods
}

/** A payload of one scheme. Its shape is checked, its signature is not. Addresses are canonical. */
export type ParsedPayload = {
  /** As stored: signed hex in lower case, without members unknown to the schema. */
  payload: Record<string, unknown>
  /** Unique key made of signed values only (see `payments/Protocol`). */
  claimKey: string
  /** The maximum that it moves, in base units. */
  amountBase: bigint
  payTo: string
  payer: string
  /**
   * Checks the payload against an offer: terms, times, then the signature. Never calls the chain.
   * @throws AppError verification-failed | payment-expired, with `extra.reason` (see `Reason`).
   */
  authorize(offer: SchemeOffer, takes: Protocol.AcceptedMethods, nowMs: number): Instrument
}

/**
 * One way to move money by x402; each file of `schemes/` holds one. `protocol.ts` writes its offers into a 402 and
 * passes it the payloads of clients. The facilitator passes it the requirements of other servers.
 */
export type Scheme = {
  /** Name for people and database rows: "exact eip3009". */
  name: string
  scheme: SchemeOffer['scheme']
  /** Selects the error words that the facilitator uses. */
  family: 'eip3009' | 'permit2' | 'svm'
  /**
   * `extra` of /supported: what a server needs in order to use our facilitator. Undefined where we do not facilitate.
   */
  supports(network: Caip2, assets: readonly Asset[]): Record<string, unknown> | undefined
  /** Whether an offer belongs to this scheme. */
  takes(offer: SchemeOffer): boolean
  /** Empty if the payout cannot be paid by this scheme. */
  offers(payout: Payout): readonly SchemeOffer[]
  /**
   * Parses a payload; undefined if it belongs to another scheme of the same name. `extensions` come with the payload
   * and are not signed.
   * @throws AppError payment-malformed if it belongs to this scheme and is broken.
   */
  parse(payload: unknown, network: Caip2, asset: string, extensions: Record<string, unknown>): ParsedPayload | undefined
}
