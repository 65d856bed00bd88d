import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import type { StripeOutcome } from './StripeOutcome'

/** A payout of the account's balance to its bank. Cents. */
export type StripePayout = {
  id: string
  amountBase: bigint
  currency: string
  status: string
  /** When the bank has it. */
  arrivesAtMs: number
  failure: string | null
}

/** Reads a payout of the installation's own account as it is now. */
export function readPayout(id: string): Promise<StripeOutcome<StripePayout>> {
  return askStripe(
    () => stripeClient().payouts.retrieve(id),
    ({ amount, currency, status, arrival_date: arrival, failure_message: failure }) => ({
      id,
      amountBase: BigInt(amount),
      currency,
      status,
      arrivesAtMs: arrival * 1000,
      failure: failure ?? null,
    }),
  )
}
