import { PaymentOffer } from '@/lib/discovery'
import { AppError } from '@/lib/errors'
import { loadMerchantResources, type Resource } from '@/lib/merchants'
import { PricePlan, Price } from '@/lib/pricing'
import type * as RequestBody from './RequestBody'
import { preview402 } from './preview-402'
import { findAcceptedMethods } from './find-accepted-methods'
import * as Route from './Route'
import * as Usage from './Usage'

/** What a request costs now. A 402 that is asked for now says the same and holds it for `Quote.lifetimeMs`. */
export type QuotedRequest = {
  resource: Resource
  /** The most that may be charged, micro-dollars. */
  priceMicros: bigint
  /** What is charged is known when the answer is there. */
  metered: boolean
  /** How the price comes about, a sentence each; none where it is fixed. */
  reasons: readonly string[]
  /** Every way to pay it; none when it is free. */
  offers: readonly PaymentOffer.PaymentOffer[]
}

/** A request as far as its price goes. Without `body` nothing is said of it; without `method`, the only one that is sold there. */
export type QuoteInput = { target: string; method?: string | undefined; body?: RequestBody.RequestBody | undefined }

/**
 * What a request costs whoever asks: what a wallet that signs in has for less or for nothing is not in it. Sends and stores nothing.
 * @throws AppError resource-not-found, or bad-input (field method) where several are sold there and none of them is named.
 */
export async function quoteRequest(asked: QuoteInput, nowMs: number): Promise<QuotedRequest> {
  const { merchantSlug, path, query } = Route.parseTarget(asked.target)
  const merchant = await loadMerchantResources(merchantSlug)
  const resource = pick(merchant ? Route.findAt(merchant.resources, path) : [], asked.method)
  const { pricing, priceMicros } = resource
  const units = pricing?.unit ? unitsOf(pricing.unit.count, query, asked.body) : undefined
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

/** Undefined, and so the most that it may cost, where the units stand in a body that is not known. */
function unitsOf(
  count: PricePlan.UnitCount,
  query: string,
  body: RequestBody.RequestBody | undefined,
): bigint | undefined {
  return count.of === 'query' || body ? Usage.inRequest(count, { query, body: body ?? { kind: 'none' } }) : undefined
}
