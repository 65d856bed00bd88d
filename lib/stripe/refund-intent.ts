import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as RefundedCharge from './RefundedCharge'
import type { StripeOutcome } from './StripeOutcome'

type Draft = {
  intentId: string
  refundId: string
  amountBase: bigint
  reason: 'requested_by_customer' | 'fraudulent'
  /** The charge went on to a connected account, which gives it back. */
  isConnected: boolean
}

/** Pays money back to where a charge came from. May be called any number of times with the same key and draft. */
export function refundIntent(
  { intentId, refundId, amountBase, reason, isConnected }: Draft,
  key: string,
): Promise<StripeOutcome<RefundedCharge.RefundedCharge>> {
  return askStripe(
    () =>
      stripeClient().refunds.create(
        {
          payment_intent: intentId,
          amount: Number(amountBase),
          reason,
          metadata: { sluice_refund_id: refundId },
          ...(isConnected && { reverse_transfer: true, refund_application_fee: true }),
        },
        { idempotencyKey: key },
      ),
    RefundedCharge.from,
  )
}
