import type { Caip2 } from '@/lib/money'
import { PricePlan } from '@/lib/pricing'
import { type PriceRow } from './PriceRow'

export type StoredPriceRow = {
  revision: number
  priceMicros: bigint
  pricing: unknown
  payTo: Record<Caip2, `0x${string}`>
  validFrom: Date
  validUntil: Date | null
}

export function toPrice(row: StoredPriceRow): PriceRow {
  return {
    revision: row.revision,
    priceMicros: row.priceMicros,
    pricing: PricePlan.parse(row.pricing),
    payouts: Object.entries(row.payTo).map(([network, payTo]) => ({ network: network as Caip2, payTo })),
    validFromMs: row.validFrom.getTime(),
    validUntilMs: row.validUntil?.getTime() ?? null,
  }
}
