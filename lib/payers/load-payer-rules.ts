import { payerRulesCache, type PayerRules } from './payer-rules-cache'

/**
 * The payer rules of a merchant, from the cache of this process: read for every credential and voucher. A change made by any
 * process is visible as soon as its notification arrives, and within a second while none can arrive.
 */
export function loadPayerRules(merchantId: string): Promise<PayerRules> {
  return payerRulesCache.load(merchantId)
}
