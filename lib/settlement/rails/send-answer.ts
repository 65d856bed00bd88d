import type { ExternalAttempt } from '@/lib/rails'
import { findDispute } from '@/lib/rails'
import { acceptDispute, answerDispute, type StripeDispute, type StripeOutcome } from '@/lib/stripe'

/** Makes the call of an answer to a dispute. May be called any number of times: the stored evidence and the key stay the same. */
export async function sendAnswer({
  action,
  externalId,
  key,
}: ExternalAttempt.ExternalAttempt): Promise<StripeOutcome<StripeDispute.StripeDispute>> {
  const dispute = externalId === null ? undefined : await findDispute({ externalId })
  if (!dispute) throw new TypeError(`The attempt ${key} answers no dispute`)
  return action === 'evidence'
    ? answerDispute(dispute.externalId, dispute.evidence, key)
    : acceptDispute(dispute.externalId, key)
}
