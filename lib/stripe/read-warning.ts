import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import type { StripeOutcome } from './StripeOutcome'

/** An early fraud warning at Stripe. */
export type StripeWarning = {
  id: string
  intentId: string | null
  kind: string
  actionable: boolean
  createdAtMs: number
}

/** Reads an early fraud warning as it is now. */
export function readWarning(id: string): Promise<StripeOutcome<StripeWarning>> {
  return askStripe(
    () => stripeClient().radar.earlyFraudWarnings.retrieve(id),
    ({ payment_intent: intent, fraud_type: kind, actionable, created }) => ({
      id,
      intentId: typeof intent === 'object' ? (intent?.id ?? null) : (intent ?? null),
      kind,
      actionable,
      createdAtMs: created * 1000,
    }),
  )
}
