import { aftermath } from './aftermath'
import { bookCharge } from './charge'
import { complete } from './confirm'
import { refused } from './errors'
import { emit } from './events'
import { newId } from './ids'
import type { Charge, Intent, Money } from './objects'
import { freeToken } from './tokens'
import type { World } from './world'

const wrongState = (message: string, intent: Intent) =>
  refused(message, { code: 'payment_intent_unexpected_state', payment_intent: intent })

/** Takes what was authorised, or a part of it; the rest is released, and shows as refunded, as at Stripe. */
export function capture(world: World, account: string, intent: Intent, amount: Money | undefined): Intent {
  const { store, clock, settings } = world
  if (intent.status !== 'requires_capture' || intent.latest_charge === null)
    throw wrongState(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      intent,
    )
  const taken = amount ?? intent.amount_capturable
  if (taken < 1n)
    throw refused('The amount to capture must be at least 1.', { param: 'amount_to_capture', code: 'amount_too_small' })
  if (taken > intent.amount_capturable)
    throw refused('The amount to capture cannot be greater than the amount that can be captured.', {
      param: 'amount_to_capture',
      code: 'amount_too_large',
    })
  clock.unschedule('authorisation.expires', intent.id)
  const charge = store.update('charge', intent.latest_charge, {
    captured: true,
    amount_captured: taken,
    amount_refunded: intent.amount - taken,
  })
  const isLater = settings.balanceTransactionMs > 0
  const booked = isLater ? charge : bookCharge(world, account, charge, taken)
  if (isLater) clock.schedule('charge.booked', charge.id, clock.nowMs() + settings.balanceTransactionMs)
  const succeeded = store.update('payment_intent', intent.id, {
    status: 'succeeded',
    amount_capturable: 0n,
    amount_received: taken,
  })
  emit(world, account, 'charge.captured', booked)
  emit(world, account, 'payment_intent.succeeded', succeeded)
  complete(world, account, succeeded)
  aftermath(world, account, booked)
  return succeeded
}

const cancellable: readonly Intent['status'][] = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
]

/** Ends an intent without money. An authorisation is released, and its shared token is free again. */
export function cancel(world: World, account: string, intent: Intent, reason: string | null): Intent {
  const { store, clock } = world
  if (!cancellable.includes(intent.status))
    throw wrongState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${cancellable.join(', ')}.`,
      intent,
    )
  const isAuthorised = intent.status === 'requires_capture'
  const canceled = store.update('payment_intent', intent.id, {
    status: 'canceled',
    amount_capturable: 0n,
    canceled_at: clock.now(),
    cancellation_reason: reason,
    next_action: null,
  })
  if (isAuthorised && intent.latest_charge !== null) {
    clock.unschedule('authorisation.expires', intent.id)
    release(world, account, store.get('charge', intent.latest_charge), reason === 'automatic')
  }
  const { shared_payment_granted_token: token } = intent
  if (token !== undefined && store.get('granted_token', token)._intent === intent.id) freeToken(world, token)
  emit(world, account, 'payment_intent.canceled', canceled)
  return canceled
}

/** The refund of an authorisation moves no money: it has no balance transaction. */
function release(world: World, account: string, charge: Charge, isExpired: boolean): void {
  const { store, clock } = world
  store.insert('refund', account, {
    id: newId('re'),
    object: 'refund',
    amount: charge.amount,
    balance_transaction: null,
    charge: charge.id,
    created: clock.now(),
    currency: charge.currency,
    destination_details: { type: 'card', card: { type: 'reversal' } },
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: isExpired ? 'expired_uncaptured_charge' : null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  })
  const released = store.update('charge', charge.id, { amount_refunded: charge.amount, refunded: true })
  emit(world, account, isExpired ? 'charge.expired' : 'charge.refunded', released)
}
