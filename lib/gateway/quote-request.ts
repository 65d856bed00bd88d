import { PaymentOffer } from '@/lib/discovery'
import { AppError } from '@/lib/errors'
import { loadMerchantResources, type Resource } from '@/lib/merchants'
import { PricePlan, Price } from '@/lib/pricing'
import type * as RequestBody from './RequestBody'
import { preview402 } from './preview-402'
import { findAcceptedMethods } from './find-accepted-methods'
import { assertOnSale } from './assert-on-sale'
import * as Route from './Route'
import * as Usage from './Usage'

/** The price of a request now. A 402 requested now has the same price and holds it for `Quote.lifetimeMs`. */
export type QuotedRequest = {
  resource: Resource
  /** The maximum charge, micro-dollars. */
  priceMicros: bigint
  /** True if the charge depends on the answer. */
  metered: boolean
  /** How the price is made up, a sentence each; empty for a fixed price. */
  reasons: readonly string[]
  /** Every way to pay; empty if it is free. */
  offers: readonly PaymentOffer.PaymentOffer[]
}

/**
 * The parts of a request that its price depends on. Without `body`, units in the body are unknown; without `method`, the
 * path must have only one.
 */
export type QuoteInput = { target: string; method?: string | undefined; body?: RequestBody.RequestBody | undefined }

/**
 * Returns the price of a request for an unknown wallet, without discounts or free calls. Sends and stores nothing.
 * @throws AppError resource-not-found, paused, or bad-input (field method) if the path has several methods and none is given.
 */
export async function quoteRequest(input: QuoteInput, nowMs: number): Promise<QuotedRequest> {
  const { merchantSlug, path, query } = Route.parseTarget(input.target)
  const merchant = await loadMerchantResources(merchantSlug)
  const resource = pick(merchant ? Route.findAt(merchant.resources, path) : [], input.method)
  assertOnSale(resource)
  const { pricing, priceMicros } = resource
  const units = pricing?.unit ? unitsOf(pricing.unit.count, query, input.body) : undefined
  const price = Price.of(pricing ?? PricePlan.fixed(priceMicros), { atMs: nowMs, units })
  const isFree = price.maxMicros === 0n
  const challenge = isFree ? undefined : preview402(resource, nowMs, { units }, await findAcceptedMethods(resource))
  return {
    resource,
    priceMicros: price.maxMicros,
    metered: price.metered,
    reasons: pricing ? price.reasons.map(Price.inWords) : [],
    offers: challenge?.decoded.map(PaymentOffer.fromDecoded) ?? [],
  }
}

function pick(found: readonly { resource: Resource }[], method: string | undefined): Resource {
  const [only, ...others] = found
  if (!only) throw new AppError('resource-not-found', 'Nothing is sold at this address.')
  if (method === undefined && others.length === 0) return only.resource
  const named = found.find(({ resource }) => resource.method === method)
  if (named) return named.resource
  const methods = [...new Set(found.map(({ resource }) => resource.method))].sort().join(', ')
  const message = `Say by which method: this path is sold with ${methods}.`
  throw new AppError('bad-input', message, { fields: [{ field: 'method', message }] })
}

/** Undefined, which means the maximum price, if the units are in a body that is not known. */
function unitsOf(
  count: PricePlan.UnitCount,
  query: string,
  body: RequestBody.RequestBody | undefined,
): bigint | undefined {
  return count.of === 'query' || body ? Usage.inRequest(count, { query, body: body ?? { kind: 'none' } }) : undefined
}
