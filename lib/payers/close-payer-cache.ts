import { payerRulesCache } from './payer-rules-cache'

/** Ends the listening connection; the next load starts a new one. May be called twice. */
export function closePayerCache(): Promise<void> {
  return payerRulesCache.close()
}
