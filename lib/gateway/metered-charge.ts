import { AppError } from '@/lib/errors'
import { findPrice } from '@/lib/merchants'
import { Price, type PricePlan } from '@/lib/pricing'
import type { PricedRequest } from './PricedRequest'
import * as Usage from './Usage'

/**
 * Returns the charge for a complete answer, in micro-dollars: the quoted price, or for a metered quote the counted units
 * priced by the quote's own plan, even if the price was edited since. Never more than the quote. An answer without a
 * readable unit count is free. `pricedRequest.quote` is the paid quote.
 * @throws AppError stale-state if the quote's plan is no longer stored: then nothing may be charged.
 */
export async function chargeOf(
  pricedRequest: Pick<PricedRequest, 'quote' | 'resource'>,
  answer: Usage.CompleteAnswer,
): Promise<bigint> {
  const { priceMicros, metered } = pricedRequest.quote
  if (!metered) return priceMicros
  const plan = await planOf(pricedRequest)
  const units = plan.unit ? await Usage.inAnswer(plan.unit.count, answer) : undefined
  return Price.charge(plan, { priceMicros, scale: metered.scale }, units)
}

/** The price plan of the quote: the resource's current one, or an earlier revision. */
async function planOf({ quote, resource }: Pick<PricedRequest, 'quote' | 'resource'>): Promise<PricePlan.PricePlan> {
  const { pricing } =
    quote.revision === resource.revision
      ? resource
      : ((await findPrice(resource.id, quote.revision)) ?? { pricing: null })
  if (pricing) return pricing
  throw new AppError('stale-state', 'The price that was quoted is not known any more.')
}
