import type { Network, PaymentRequired, PaymentRequirements, PaymentRequirementsV1 } from '@x402/core/types'
import { Chain } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import type { X402Config, SchemeOffer } from './Scheme'
import { schemes } from './schemes'

/** Maximum lifetime of a client's authorization in seconds: the lifetime of the price. */
const maxTimeoutSeconds = Quote.lifetimeMs / 1000

/** Every way to pay a quote on the served networks, in the quote's order of networks. */
export function offers(
  quote: Quote.Quote,
  agentRequest: Pick<Protocol.AgentRequest, 'takes'>,
  { serves }: X402Config,
): readonly SchemeOffer[] {
  return quote.payouts.flatMap(({ network, payTo }) => {
    const chain = Chain.find(network)
    if (!chain || !serves(network)) return []
    const { v1Name, assets } = chain
    const payout = { network, v1Name, assets, payTo, quote, takes: agentRequest.takes ?? {} }
    // A metered charge is known only after the answer, and `exact` would move the maximum.
    const fitting = schemes.filter(({ scheme }) => (scheme === 'upto') === (quote.metered !== undefined))
    return fitting.flatMap((scheme) => scheme.offers(payout))
  })
}

/** The token of x402 v1 credentials on a network, because v1 names none. */
export function defaultToken(network: Caip2): string {
  return Chain.get(network).assets[0].address
}

/** An entry of `accepts` in PAYMENT-REQUIRED. The client echoes `quoteToken`. */
export function toV2(offer: SchemeOffer, quoteToken: string): PaymentRequirements {
  return {
    scheme: offer.scheme,
    network: offer.network as Network,
    amount: offer.amountBase.toString(),
    asset: offer.asset.address,
    payTo: offer.payTo,
    maxTimeoutSeconds,
    extra: { ...offer.extra, quote: quoteToken },
  }
}

/**
 * Says that the money moves before the work, where it does: x402 2.27's flow `upfront`. Its clients prefer other offers then, and can
 * refuse this one. `authorization` is what clients expect without the member. Information only: an echo need not repeat it.
 */
export function withFlow(
  required: PaymentRequirements,
  { settlesFirst = false }: Pick<Protocol.AgentRequest, 'settlesFirst'>,
): PaymentRequirements {
  if (!settlesFirst || required.scheme !== 'exact') return required
  return { ...required, extra: { ...required.extra, paymentFlow: 'upfront' } }
}

/**
 * The networks that every v1 client knows. A v1 client checks each entry of `accepts` against a closed list and
 * rejects the whole body for an unknown name. npm's x402 0.1 and 0.2 know these two, 0.3 to 0.5 and the official
 * Python v1 also Avalanche, later ones more. v1 payments on other networks are still accepted.
 */
const v1Shown: readonly string[] = ['base', 'base-sepolia']

/** `accepts` of the body, for v1 clients. v2 clients read the header, which has all networks. */
export function acceptsV1(offers: readonly SchemeOffer[], agentRequest: Protocol.AgentRequest) {
  return offers.flatMap((offer) => (v1Shown.includes(offer.v1Name ?? '') ? (toV1(offer, agentRequest) ?? []) : []))
}

/** An offer in v1 form. v1 knows only `exact`; undefined if v1 has no name for the network. */
export function toV1(offer: SchemeOffer, agentRequest: Protocol.AgentRequest): PaymentRequirementsV1 | undefined {
  if (!offer.v1Name || offer.scheme !== 'exact' || 'assetTransferMethod' in offer.extra) return undefined
  return {
    scheme: offer.scheme,
    // A v1 name, although the SDK's type is CAIP-2.
    network: offer.v1Name as Network,
    maxAmountRequired: offer.amountBase.toString(),
    resource: agentRequest.url,
    description: agentRequest.description,
    mimeType: agentRequest.mimeType,
    // npm's x402 0.1 and 0.2 require an object or null here, 0.3 and later an object or nothing. v1's directories
    // read the method here.
    outputSchema: { input: { type: 'http', method: agentRequest.method } },
    payTo: offer.payTo,
    maxTimeoutSeconds,
    asset: offer.asset.address,
    extra: { ...offer.extra },
  }
}

/** The whole v2 requirement, without extensions. */
export function toRequired(
  accepts: PaymentRequirements[],
  agentRequest: Protocol.AgentRequest,
  error: string,
): PaymentRequired {
  const { url, description, mimeType, declared } = agentRequest
  const { serviceName, tags = [], iconUrl } = declared ?? {}
  const resource = {
    url,
    description,
    mimeType,
    ...(serviceName !== undefined && { serviceName }),
    ...(tags.length > 0 && { tags: [...tags] }),
    ...(iconUrl !== undefined && { iconUrl }),
  }
  return { x402Version: 2, error, resource, accepts }
}
