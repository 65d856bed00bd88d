import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as StripeDispute from './StripeDispute'
import type { StripeOutcome } from './StripeOutcome'

/** Reads a dispute as it is now. */
export function readDispute(id: string): Promise<StripeOutcome<StripeDispute.StripeDispute>> {
  return askStripe(() => stripeClient().disputes.retrieve(id), StripeDispute.from)
}
