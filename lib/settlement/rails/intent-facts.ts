import type { ExternalAttempt } from '@/lib/rails'
import type { Intent } from '@/lib/stripe'

/** What a row keeps of an intent. */
export function intentFacts({ status, chargeId, fee }: Intent.Intent): ExternalAttempt.AttemptOutcome {
  return {
    status,
    ...(chargeId !== null && { chargeId }),
    ...(fee && { feeBase: fee.base.toString(), balanceTransactionId: fee.balanceTransactionId }),
  }
}
