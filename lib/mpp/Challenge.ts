import { PaymentRequest, type Challenge as MppxChallenge } from 'mppx'
import { Methods as EvmMethods } from 'mppx/evm'
import { Methods as StripeMethods } from 'mppx/stripe'
import { Methods as TempoMethods } from 'mppx/tempo'
import { Chain } from '@/lib/chains'
import { Amount, Caip, Rail, type Asset, type Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import * as LightningCharge from './lightning/Charge'
import type { MppConfig } from './MppConfig'
import * as Slots from './Slots'

export type WireChallenge = MppxChallenge.Challenge

/** One way to pay a quote by a single MPP charge. */
export type ChargeOffer = ChainOffer | StripeOffer | LightningOffer

type Common = { intent: 'charge'; network: Caip2; asset: Asset; amountBase: bigint }

export type ChainOffer = Common & { method: 'evm' | 'tempo'; payTo: `0x${string}` }

/** A Shared Payment Token for the seller's business profile (draft-stripe-charge). */
export type StripeOffer = Common & { method: 'stripe'; payTo: string; paymentMethodTypes: readonly string[] }

/** An invoice that a node made for this 402 (draft-lightning-charge). */
export type LightningOffer = Common & { method: 'lightning'; payTo: string; invoice: OfferedInvoice }

/** An invoice to offer. Satoshis. */
export type OfferedInvoice = {
  network: Caip2
  payTo: string
  /** BOLT 11. */
  bolt11: string
  /** 64 lower-case hex digits. */
  paymentHash: string
  amountBase: bigint
}

/** Keeps all challenges together under 8 KiB, the size that clients must accept. */
const descriptionMax = 160

type Offering = Pick<MppConfig, 'serves' | 'stripe'>

/** The networks of a quote that are served and can take a charge, in the quote's order. */
export function offers(quote: Quote.Quote, { serves, stripe }: Offering): readonly (ChainOffer | StripeOffer)[] {
  return quote.payouts.flatMap(({ network, payTo }): (ChainOffer | StripeOffer)[] => {
    if (!serves(network)) return []
    if (Rail.kindOf(network) === 'stripe') return stripeOffers(quote, { network, payTo }, stripe())
    const chain = Chain.find(network)
    // mppx has no solana method.
    if (!chain || chain.family === 'svm') return []
    const asset = tokenOf(chain)
    if (!asset) return []
    const amountBase = Amount.microsToBase(quote.priceMicros, asset.decimals)
    const to = payTo as `0x${string}`
    return [{ method: chain.family, intent: 'charge', network, asset, payTo: to, amountBase }]
  })
}

/** Cents are rounded up, so the same quote always makes the same amount. Below the minimum there is no offer. */
function stripeOffers(
  { priceMicros }: Quote.Quote,
  { network, payTo }: Quote.Quote['payouts'][number],
  terms: ReturnType<MppConfig['stripe']>,
): StripeOffer[] {
  const [asset] = Rail.assetsOf(network)
  if (!asset || !terms) return []
  const amountBase = Amount.microsToBaseUp(priceMicros, asset.decimals)
  if (amountBase < terms.minimumCents) return []
  const { paymentMethodTypes } = terms
  return [{ method: 'stripe', intent: 'charge', network, asset, payTo, amountBase, paymentMethodTypes }]
}

/** The offer of an invoice. It cannot be made again from the quote: its HMAC alone proves that it was made for it. */
export function lightningOffer(invoice: OfferedInvoice): LightningOffer[] {
  const { network, payTo, amountBase } = invoice
  const [asset] = Rail.assetsOf(network)
  return asset ? [{ method: 'lightning', intent: 'charge', network, asset, payTo, amountBase, invoice }] : []
}

/** Tempo moves any of its tokens; on other chains the token needs EIP-3009 authorizations. */
function tokenOf(chain: Chain.EvmChain): Asset | undefined {
  return chain.family === 'tempo' ? chain.assets[0] : chain.assets.find((asset) => asset.eip712)
}

/** The values that all challenges of one 402 share, computed once. */
export type ChallengeBinding = {
  realm: string
  secret: string
  expires: string
  description: string
  digest?: string
  quoteToken: string
}

export function toBinding(
  quote: Quote.Quote,
  agentRequest: Protocol.AgentRequest,
  { realm, secret }: Pick<ChallengeBinding, 'realm' | 'secret'>,
): ChallengeBinding {
  return {
    realm,
    secret,
    expires: new Date(quote.expiresAtMs).toISOString(),
    description: toHeaderText(agentRequest.description),
    ...(agentRequest.bodyDigest !== undefined && { digest: agentRequest.bodyDigest }),
    quoteToken: Quote.seal(quote, secret),
  }
}

/**
 * Issues the challenge of an offer. Its id is an HMAC over realm, method, intent, request, expires, digest and
 * opaque. Issuing it again and comparing the ids therefore checks all of them (draft-httpauth-payment 5.1.2.1).
 */
export function issue(offer: ChargeOffer, binding: ChallengeBinding): WireChallenge {
  return offer.method === 'lightning' ? issueLightning(offer, binding) : bind(offer, requestOf(offer), binding)
}

/** The quote goes into `externalId`: clients of the draft echo no `opaque`. */
function issueLightning({ invoice, payTo }: LightningOffer, binding: ChallengeBinding): WireChallenge {
  const { realm, secret, expires, digest, quoteToken } = binding
  return LightningCharge.issue(
    { bolt11: invoice.bolt11, externalId: quoteToken, recipient: payTo },
    { realm, secret, quoteExpiresAtMs: Date.parse(expires), ...(digest !== undefined && { digest }) },
  )
}

/** mppx's own schemas write the request, so that its clients read exactly what its servers would write. */
function requestOf(offer: ChainOffer | StripeOffer): Record<string, unknown> {
  const { asset, network, payTo } = offer
  const common = {
    amount: Amount.toDecimal(offer.amountBase, asset.decimals),
    currency: asset.address,
    decimals: asset.decimals,
    recipient: payTo,
  }
  if (offer.method === 'stripe')
    return PaymentRequest.fromMethod(StripeMethods.charge, {
      ...common,
      networkId: Rail.profileOf(network),
      paymentMethodTypes: [...offer.paymentMethodTypes],
    })
  const terms = { ...common, recipient: offer.payTo, chainId: Caip.toChainId(network) }
  return offer.method === 'evm'
    ? PaymentRequest.fromMethod(EvmMethods.charge, { ...terms, credentialTypes: ['authorization'] })
    : PaymentRequest.fromMethod(TempoMethods.charge, { ...terms, supportedModes: ['pull'] })
}

/**
 * Writes a request as a challenge with its id. Does not use mppx's `Challenge.from`: its HMAC alone takes longer than
 * this whole function.
 */
export function bind(
  { method, intent }: { method: string; intent: string },
  request: Record<string, unknown>,
  { realm, secret, expires, description, digest, quoteToken }: ChallengeBinding,
): WireChallenge {
  const meta = { quote: quoteToken }
  const opaque = toOpaque(quoteToken)
  const encoded = PaymentRequest.serialize(request)
  const slots = { realm, method, intent, request: encoded, expires, digest: digest ?? '', opaque }
  return {
    id: Slots.idOf(slots, secret),
    realm,
    method,
    intent,
    request,
    ...(description && { description }),
    ...(digest !== undefined && { digest }),
    expires,
    meta,
    opaque,
  }
}

function toOpaque(quoteToken: string): string {
  return PaymentRequest.serialize({ quote: quoteToken })
}

/**
 * The parts of challenges that depend on their quote: the token and each id. For another quote, returns the same
 * parts as if the same offers had been issued for it.
 */
export function ownTextsOf(
  challenges: readonly WireChallenge[],
  secret: string,
): (quote: Quote.Quote) => readonly string[] {
  let bound: Omit<Slots.ChallengeSlots, 'opaque'>[] | undefined
  return (quote) => {
    // Computed on first use, because most challenges are issued once and some very often.
    bound ??= challenges.map(({ realm, method, intent, request, expires = '', digest = '' }) => {
      return { realm, method, intent, request: PaymentRequest.serialize(request), expires, digest }
    })
    const opaque = toOpaque(Quote.seal(quote, secret))
    return [opaque, ...bound.map((slots) => Slots.idOf({ ...slots, opaque }, secret))]
  }
}

/** A merchant's text for a quoted-string: one line, no control characters. */
function toHeaderText(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Surrogate}]+/gu, ' ')
    .trim()
    .slice(0, descriptionMax)
    .replace(/\p{Surrogate}/gu, '')
}

/** The challenge without its encodings, for people. */
export function toDecoded({ opaque: _opaque, ...challenge }: WireChallenge): Record<string, unknown> {
  return challenge
}
