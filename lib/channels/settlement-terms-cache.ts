import { notifiedCache } from '@/lib/db'
import { listSettlementTerms } from './list-settlement-terms'

/** Notifications that a merchant's settlement terms changed. Payload: the merchant's id. */
export const settlementTermsChanged = 'policy_changed'

export const settlementTermsCache = notifiedCache(settlementTermsChanged, (merchantId) =>
  listSettlementTerms([merchantId]),
)
