import { settlementTermsCache } from './settlement-terms-cache'

/** Ends the listening connection; the next load starts a new one. May be called twice. */
export function closeSettlementTermsCache(): Promise<void> {
  return settlementTermsCache.close()
}
