import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as Intent from './Intent'
import type { StripeOutcome } from './StripeOutcome'

/** Lets go of the money that an intent holds. May be called any number of times with the same key. */
export function cancelIntent(intentId: string, key: string): Promise<StripeOutcome<Intent.Intent>> {
  return askStripe(
    () =>
      stripeClient().paymentIntents.cancel(
        intentId,
        { cancellation_reason: 'abandoned', expand: Intent.expand },
        { idempotencyKey: key },
      ),
    Intent.from,
  )
}
