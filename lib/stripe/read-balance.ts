import type Stripe from 'stripe'
import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import type { StripeOutcome } from './StripeOutcome'

const sum = (parts: readonly Stripe.Balance.Available[], wanted: string) =>
  parts.reduce((all, { amount, currency }) => (currency === wanted ? all + BigInt(amount) : all), 0n)

/** What Stripe holds for the installation's own account in a currency, on its way to it included. Cents. */
export function readBalance(currency: string): Promise<StripeOutcome<bigint>> {
  return askStripe(
    () => stripeClient().balance.retrieve(),
    ({ available, pending }) => sum(available, currency) + sum(pending, currency),
  )
}
