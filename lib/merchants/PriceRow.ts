import type { Caip2 } from '@/lib/money'
import type { PricePlan } from '@/lib/pricing'

/** A price of a resource. Micro-dollars; valid between the two instants. */
export type PriceRow = {
  revision: number
  priceMicros: bigint
  /** Null: fixed. */
  pricing: PricePlan.PricePlan | null
  payouts: readonly { network: Caip2; payTo: `0x${string}` }[]
  validFromMs: number
  /** Null for the current one. */
  validUntilMs: number | null
}
