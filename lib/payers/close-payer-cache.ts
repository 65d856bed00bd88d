import { budgetCache } from './budget-cache'
import { payerRulesCache } from './payer-rules-cache'

/** Ends the listening connections; the next load starts new ones. May be called twice. */
export async function closePayerCache(): Promise<void> {
  await Promise.all([payerRulesCache.close(), budgetCache.close()])
}
