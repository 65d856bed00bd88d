import type { Network, PaymentRequired, PaymentRequirements, PaymentRequirementsV1 } from '@x402/core/types'
import { Chain } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import type { X402Config, SchemeOffer } from './Scheme'
import { schemes } from './schemes'

/** How long a client may make its authorization last: as long as the price holds. */
const maxTimeoutSeconds = Quote.lifetimeMs / 1000

/** Every way to pay a quote on the networks that are served, network by network in the quote's order. */
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
    // What is charged for a metered answer is known after it: `exact` would move the most that it may be.
    const fitting = schemes.filter(({ scheme }) => (scheme === 'upto') === (quote.metered !== undefined))
    return fitting.flatMap((scheme) => scheme.offers(payout))
  })
}

/** The token of a network that x402 v1 credentials, which name none, are in. */
export function defaultToken(network: Caip2): string {
  return Chain.get(network).assets[0].address
}

/** An entry of `accepts` in PAYMENT-REQUIRED. `quoteToken` comes back in the client's echo. */
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
 * The networks that every v1 client knows. They check each entry of `accepts` against a closed list before they choose one, and
 * throw the whole body away for a name that is not on it: npm's x402 0.1 and 0.2 know these two, 0.3 to 0.5 and the official Python v1
 * Avalanche too, later ones more. What is paid elsewhere by v1 is taken all the same.
 */
const v1Shown: readonly string[] = ['base', 'base-sepolia']

/** `accepts` of the body. v2 clients have the header, which names all. */
export function acceptsV1(offers: readonly SchemeOffer[], agentRequest: Protocol.AgentRequest) {
  return offers.flatMap((offer) => (v1Shown.includes(offer.v1Name ?? '') ? (toV1(offer, agentRequest) ?? []) : []))
}

/** An offer as v1 clients read it, which know `exact` only; undefined where v1 has no name for the network. */
export function toV1(offer: SchemeOffer, agentRequest: Protocol.AgentRequest): PaymentRequirementsV1 | undefined {
  if (!offer.v1Name || offer.scheme !== 'exact' || 'assetTransferMethod' in offer.extra) return undefined
  return {
    scheme: offer.scheme,
    // A name, not CAIP-2, though the SDK types it so.
    network: offer.v1Name as Network,
    maxAmountRequired: offer.amountBase.toString(),
    resource: agentRequest.url,
    description: agentRequest.description,
    mimeType: agentRequest.mimeType,
    // npm's x402 0.1 and 0.2 want an object or null here, 0.3 and later an object or nothing. v1's directories read how it is called.
    outputSchema: { input: { type: 'http', method: agentRequest.method } },
    payTo: offer.payTo,
    maxTimeoutSeconds,
    asset: offer.asset.address,
    extra: { ...offer.extra },
  }
}

/** The whole v2 demand, but for its extensions. */
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
