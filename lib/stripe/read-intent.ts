import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as Intent from './Intent'
import type { StripeOutcome } from './StripeOutcome'

/** Reads an intent as it is now. */
export function readIntent(intentId: string): Promise<StripeOutcome<Intent.Intent>> {
  return askStripe(() => stripeClient().paymentIntents.retrieve(intentId, { expand: Intent.expand }), Intent.from)
}
