import type { PriceVersion } from '@/components/resource/price-versions'
import type { ResourceView } from '@/lib/merchants'
import { PricePlan } from '@/lib/pricing'

type Price = Pick<ResourceView, 'priceMicros' | 'pricing'>

export function policyOf({ priceMicros, pricing }: Price): PricePlan.PricePlan {
  return pricing ?? PricePlan.fixed(priceMicros)
}

/** A price in sentences. */
export function priceWords(price: Price): string[] {
  const policy = policyOf(price)
  return PricePlan.isFixed(policy) && policy.baseMicros === 0n ? ['free'] : PricePlan.inWords(policy)
}

export function toVersion(price: ResourceView['prices'][number]): PriceVersion {
  const { revision, changedBy, note, validFrom, validUntil } = price
  return { revision, words: priceWords(price), changedBy, note, validFrom, validUntil }
}
