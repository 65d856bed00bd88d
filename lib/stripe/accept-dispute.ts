import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as StripeDispute from './StripeDispute'
import type { StripeOutcome } from './StripeOutcome'

/** Gives a dispute up: the payer keeps the money. It cannot be undone. May be called any number of times with the same key. */
export function acceptDispute(id: string, key: string): Promise<StripeOutcome<StripeDispute.StripeDispute>> {
  return askStripe(() => stripeClient().disputes.close(id, {}, { idempotencyKey: key }), StripeDispute.from)
}
