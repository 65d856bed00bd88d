import type Stripe from 'stripe'
import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as StripeDispute from './StripeDispute'
import type { StripeOutcome } from './StripeOutcome'

/**
 * Submits evidence to the bank; it can be submitted once. May be called any number of times with the same key and evidence.
 * @param evidence texts by Stripe's names, 150,000 characters together at most.
 */
export function answerDispute(
  id: string,
  evidence: Readonly<Record<string, string>>,
  key: string,
): Promise<StripeOutcome<StripeDispute.StripeDispute>> {
  const parameters: Stripe.DisputeUpdateParams = { evidence, submit: true }
  return askStripe(() => stripeClient().disputes.update(id, parameters, { idempotencyKey: key }), StripeDispute.from)
}
