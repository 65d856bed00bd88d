import type { Caip2 } from '@/lib/money'
import type { PricePlan } from '@/lib/pricing'

/** A price that a resource had. Micro-dollars; the instants are those between which it was current. */
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
