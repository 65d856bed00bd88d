import { labelToken } from '@/lib/chains'
import { PaymentOffer } from '@/lib/discovery'
import { gatewayUrl } from '@/lib/merchants'
import { Amount } from '@/lib/money'
import { Quote } from '@/lib/pricing'
import type { QuotedRequest } from './quote-request'

/** A price as it is told: plain data. Money is a decimal string. */
export type QuoteView = {
  resource: { id: string; merchant: string; method: string; url: string; name: string }
  free: boolean
  /** Dollars; the most that is charged. */
  price: string
  /** What is charged is known when the answer is there. */
  metered: boolean
  reasons: readonly string[]
  offers: readonly {
    protocol: string
    /** x402's scheme, MPP's method. */
    method: string
    intent: string
    network: string
    asset: string
    symbol: string
    /** Base units. */
    amount: string
    inWords: string
  }[]
  /** For how long a 402 that is asked for now holds its price. */
  heldForSeconds: number
}

/** Of a micro-dollar. */
const decimals = 6

/** Pure. */
export function from({ resource, priceMicros, metered, reasons, offers }: QuotedRequest): QuoteView {
  const { id, merchantSlug, method, path, name } = resource
  return {
    resource: { id, merchant: merchantSlug, method, url: `${gatewayUrl(merchantSlug)}${path}`, name },
    free: priceMicros === 0n,
    price: Amount.toDecimal(priceMicros, decimals),
    metered,
    reasons,
    offers: offers.map((offer) => ({
      protocol: offer.protocol,
      method: offer.method,
      intent: offer.intent,
      network: offer.network,
      asset: offer.currency,
      symbol: labelToken(offer.network, offer.currency).symbol,
      amount: offer.amountBase.toString(),
      inWords: PaymentOffer.inWords(offer),
    })),
    heldForSeconds: Quote.lifetimeMs / 1_000,
  }
}
