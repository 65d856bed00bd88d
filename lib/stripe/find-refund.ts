import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as RefundedCharge from './RefundedCharge'
import type { StripeOutcome } from './StripeOutcome'

/** The refund of an intent that was made for a refund of ours; `done` with undefined if there is none. */
export function findRefund(
  intentId: string,
  refundId: string,
): Promise<StripeOutcome<RefundedCharge.RefundedCharge | undefined>> {
  return askStripe(
    () => stripeClient().refunds.list({ payment_intent: intentId, limit: 100 }),
    ({ data }) => data.map(RefundedCharge.from).find(({ metadata }) => metadata.sluice_refund_id === refundId),
  )
}
