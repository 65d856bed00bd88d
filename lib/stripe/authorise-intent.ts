import type Stripe from 'stripe'
import { env } from '../env'
import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as Intent from './Intent'
import type { StripeOutcome } from './StripeOutcome'

/** A charge to authorise. Amounts in cents. */
export type IntentDraft = {
  paymentId: string
  challengeId: string
  amountBase: bigint
  currency: string
  /** The Shared Payment Token, in plain. */
  token: string
  /** Account of a merchant that Stripe Connect pays; undefined: the installation's own balance. */
  account?: string | undefined
}

/**
 * Authorises a charge on a payment token and holds the money, without taking it. May be called any number of times with the same
 * key and draft: Stripe does it once.
 */
export function authoriseIntent(draft: IntentDraft, key: string): Promise<StripeOutcome<Intent.Intent>> {
  const { paymentId, challengeId, amountBase, currency, token, account } = draft
  // stripe 23 has no types of Shared Payment Tokens.
  const parameters: Stripe.PaymentIntentCreateParams & { shared_payment_granted_token: string } = {
    amount: Number(amountBase),
    currency,
    confirm: true,
    capture_method: 'manual',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    shared_payment_granted_token: token,
    metadata: {
      machine_payment: 'true',
      mpp_intent: 'charge',
      mpp_challenge_id: challengeId,
      sluice_payment_id: paymentId,
    },
    expand: Intent.expand,
    ...(account !== undefined && {
      on_behalf_of: account,
      transfer_data: { destination: account },
      application_fee_amount: Number(applicationFee(amountBase)),
    }),
  }
  return askStripe(() => stripeClient().paymentIntents.create(parameters, { idempotencyKey: key }), Intent.from)
}

const basisPoints = 10_000n

/** The platform's part of a charge for a connected account, cents, rounded up. */
export function applicationFee(amountBase: bigint): bigint {
  const points = BigInt(env.STRIPE?.applicationFeeBasisPoints ?? 0)
  return (amountBase * points + basisPoints - 1n) / basisPoints
}
