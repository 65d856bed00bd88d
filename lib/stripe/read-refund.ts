import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as RefundedCharge from './RefundedCharge'
import type { StripeOutcome } from './StripeOutcome'

/** Reads a refund as it is now. */
export function readRefund(id: string): Promise<StripeOutcome<RefundedCharge.RefundedCharge>> {
  return askStripe(() => stripeClient().refunds.retrieve(id), RefundedCharge.from)
}
