import type { Network, PaymentRequired, PaymentRequirements } from '@x402/core/types'
import type { PaymentRequirementsV1 } from '@x402/core/types/v1'
import { chains } from '@/lib/chains'
import { Amount, type Asset, type Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'

/** `exact` by EIP-3009 is the only scheme that is sold for here. */
export const scheme = 'exact'

/** How long a client may make its authorization last: as long as the price holds. */
const maxTimeoutSeconds = Quote.lifetimeMs / 1000

/** One way to pay a quote, before it is written in either version of the protocol. */
export type Offer = {
  network: Caip2
  /** x402 v1's name of the network; networks without one are not offered to v1 clients. */
  v1Name: string | undefined
  asset: Asset & Required<Pick<Asset, 'eip712'>>
  payTo: `0x${string}`
  amountBase: bigint
}

/** The networks of a quote that are served and whose token takes EIP-3009 authorizations, in the quote's order. */
export function offers(quote: Quote.Quote, serves: (network: Caip2) => boolean): readonly Offer[] {
  return quote.payouts.flatMap(({ network, payTo }) => {
    const chain = chains.find((candidate) => candidate.network === network && candidate.family === 'evm')
    const asset = chain && serves(network) ? tokenOf(network) : undefined
    if (!chain || !asset) return []
    return [
      {
        network,
        v1Name: chain.v1Name,
        asset,
        payTo,
        amountBase: Amount.microsToBase(quote.priceMicros, asset.decimals),
      },
    ]
  })
}

/** The token that is sold for on a network: x402 v1 credentials do not name it. */
export function tokenOf(network: Caip2): Offer['asset'] | undefined {
  return chains
    .find((chain) => chain.network === network)
    ?.assets.find((asset): asset is Offer['asset'] => asset.eip712 !== undefined)
}

/** An entry of `accepts` in PAYMENT-REQUIRED. `quoteToken` comes back in the client's echo. */
export function toV2(offer: Offer, quoteToken: string): PaymentRequirements {
  return {
    scheme,
    network: offer.network,
    amount: offer.amountBase.toString(),
    asset: offer.asset.address,
    payTo: offer.payTo,
    maxTimeoutSeconds,
    extra: { ...offer.asset.eip712, quote: quoteToken },
  }
}

/** An entry of `accepts` in the body, for v1 clients; undefined on networks that v1 has no name for. */
export function toV1(offer: Offer, ask: Protocol.Ask): PaymentRequirementsV1 | undefined {
  if (!offer.v1Name) return undefined
  return {
    scheme,
    // A name, not CAIP-2, though the SDK types it so.
    network: offer.v1Name as Network,
    maxAmountRequired: offer.amountBase.toString(),
    resource: ask.url,
    description: ask.description,
    mimeType: ask.mimeType,
    // v1 types it as an object, its specification and its clients as nullable.
    outputSchema: null as unknown as Record<string, unknown>,
    payTo: offer.payTo,
    maxTimeoutSeconds,
    asset: offer.asset.address,
    extra: { ...offer.asset.eip712 },
  }
}

/** The whole v2 demand. */
export function toRequired(accepts: PaymentRequirements[], ask: Protocol.Ask, error: string): PaymentRequired {
  const resource = { url: ask.url, description: ask.description, mimeType: ask.mimeType }
  return { x402Version: 2, error, resource, accepts }
}
