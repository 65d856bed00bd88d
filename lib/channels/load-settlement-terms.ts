import type { Caip2 } from '@/lib/money'
import { settlementTermsCache } from './settlement-terms-cache'
import { defaults, type SettlementTerms } from './SettlementTerms'

/**
 * The terms of a merchant's channels on a network, or the defaults, from the cache of this process: read for every voucher.
 * A change made by any process is visible as soon as its notification arrives, and within a second while none can arrive.
 */
export async function loadSettlementTerms(merchantId: string, network: Caip2): Promise<SettlementTerms> {
  const stored = await settlementTermsCache.load(merchantId)
  return stored.find((terms) => terms.network === network) ?? defaults
}
