import type { Resource } from '@/lib/merchants'
import { PricePlan, Price, Quote } from '@/lib/pricing'
import type { PricedRequest } from './PricedRequest'
import * as Usage from './Usage'

/** The input of a quote: a resource, or one of its earlier prices. */
type PriceSource = Pick<Resource, 'id' | 'revision' | 'priceMicros' | 'pricing' | 'payouts'>

/**
 * Returns the quote of a request: the fixed price, or the price by the resource's plan. Pure except for the context's
 * clock and ids. `pricedAtMs` is the moment for time windows, if not now.
 */
export function priceRequest(
  { ctx, agentRequest, body, agent }: Pick<PricedRequest, 'ctx' | 'agentRequest' | 'body' | 'agent'>,
  source: PriceSource,
  pricedAtMs?: number,
): Quote.Quote {
  const { id, revision, payouts, pricing } = source
  const nowMs = ctx.now()
  if (!pricing) return Quote.from({ id, revision, payouts, priceMicros: source.priceMicros }, ctx.id(), nowMs)
  const { maxMicros, metered, scale } = Price.of(pricing, {
    atMs: pricedAtMs ?? nowMs,
    wallet: agent?.wallet,
    units: pricing.unit ? Usage.inRequest(pricing.unit.count, { query: agentRequest.query, body }) : undefined,
  })
  const basis = PricePlan.isBound(pricing) ? Quote.basisOf(agentRequest) : undefined
  const priced = { id, revision, payouts, priceMicros: maxMicros, metered: metered ? { scale } : undefined, basis }
  return Quote.from(priced, ctx.id(), nowMs)
}

/**
 * True if the quote applies to this request. A quote made from units counted in one request does not pay for another one.
 */
export function isQuotedFor(quote: Quote.Quote, agentRequest: PricedRequest['agentRequest']): boolean {
  return quote.basis === undefined || quote.basis === Quote.basisOf(agentRequest)
}
