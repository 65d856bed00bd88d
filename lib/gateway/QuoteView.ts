import { labelToken } from '@/lib/chains'
import { PaymentOffer } from '@/lib/discovery'
import { gatewayUrl } from '@/lib/merchants'
import { Amount } from '@/lib/money'
import { Quote } from '@/lib/pricing'
import type { QuotedRequest } from './quote-request'

/** A quote as plain data for the API and MCP. Money is a decimal string. */
export type QuoteView = {
  resource: { id: string; merchant: string; method: string; url: string; name: string }
  free: boolean
  /** Dollars; the maximum charge. */
  price: string
  /** True if the charge depends on the answer. */
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
  /** Seconds for which a 402 requested now holds its price. */
  heldForSeconds: number
}

/** Decimals of a dollar in micro-dollars. */
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
