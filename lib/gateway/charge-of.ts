import { AppError } from '@/lib/errors'
import { findPrice } from '@/lib/merchants'
import { Price, type PricePlan } from '@/lib/pricing'
import type { PricedRequest } from './PricedRequest'
import * as Usage from './Usage'

/**
 * What is charged for an answer that is all there, in micro-dollars: what was quoted, or, where that is metered, what the answer
 * counts to under the policy of the quote, whatever the price is by now. Never more than was quoted. An answer that does not say
 * how many units it is costs none. `sale.quote` is the one that was paid.
 * @throws AppError stale-state when that policy is not known any more: then nothing may be charged.
 */
export async function chargeOf(
  pricedRequest: Pick<PricedRequest, 'quote' | 'resource'>,
  answer: Usage.CompleteAnswer,
): Promise<bigint> {
  const { priceMicros, metered } = pricedRequest.quote
  if (!metered) return priceMicros
  const policy = await policyOf(pricedRequest)
  const units = policy.unit ? await Usage.inAnswer(policy.unit.count, answer) : undefined
  return Price.charge(policy, { priceMicros, scale: metered.scale }, units)
}

/** The policy that the quote was made by: the resource's own, or one that was replaced since. */
async function policyOf({ quote, resource }: Pick<PricedRequest, 'quote' | 'resource'>): Promise<PricePlan.PricePlan> {
  const { pricing } =
    quote.revision === resource.revision
      ? resource
      : ((await findPrice(resource.id, quote.revision)) ?? { pricing: null })
  if (pricing) return pricing
  throw new AppError('stale-state', 'The price that was quoted is not known any more.')
}
