import { aftermath } from './aftermath'
import { bookCharge, createCharge, authorisationMs, outcomeOf } from './charge'
import { StripeFailure, documentationOf } from './errors'
import { emit } from './events'
import { magicOf, type Magic } from './magic'
import type { Charge, Intent, PaymentMethod } from './objects'
import { consumeToken, freeToken, holdToken } from './tokens'
import { commitTax } from './tax'
import type { World } from './world'

/** What pays: a payment method, and the shared token that it came by. */
export type Instrument = { method: PaymentMethod; token?: string }

export type ConfirmOptions = {
  /** No person is there: what needs one is declined. */
  offSession: boolean
  errorOnAction: boolean
  returnUrl: string | undefined
}

/**
 * One attempt to pay an intent. Returns the intent as it is afterwards.
 * @throws StripeFailure 402 for a decline: the failed charge stays.
 */
export function confirm(
  world: World,
  account: string,
  intent: Intent,
  instrument: Instrument,
  options: ConfirmOptions,
): Intent {
  const { store } = world
  const { method, token } = instrument
  const prepared = store.update('payment_intent', intent.id, {
    payment_method: method.id,
    last_payment_error: null,
    next_action: null,
    ...(token !== undefined && { shared_payment_granted_token: token }),
  })
  const magic: Magic = magicOf(method._magic) ?? { type: 'card', last4: '4242' }
  if (magic.decline) return decline(world, account, prepared, method, magic.decline)
  if (magic.needsAction) return needAction(world, account, prepared, method, options)
  return approve(world, account, prepared, method)
}

/** What follows when nothing stands in the way of the payment any more. */
export function approve(world: World, account: string, intent: Intent, method: PaymentMethod): Intent {
  const { store, clock, settings } = world
  const { shared_payment_granted_token: token } = intent
  const { processing } = magicOf(method._magic) ?? {}
  if (processing === undefined && intent.capture_method !== 'manual') {
    const charge = createCharge(world, account, intent, method, {
      captured: true,
      outcome: outcomeOf(method._magic),
      paid: true,
      status: 'succeeded',
      amount_captured: intent.amount,
    })
    return succeed(world, account, intent, charge)
  }
  if (token !== undefined) holdToken(world, token, intent.id)
  if (processing !== undefined) {
    const charge = createCharge(world, account, intent, method, {
      captured: true,
      outcome: outcomeOf(method._magic),
      paid: false,
      status: 'pending',
    })
    const waiting = store.update('payment_intent', intent.id, {
      status: 'processing',
      latest_charge: charge.id,
      next_action: null,
    })
    if (processing !== 'stays')
      clock.schedule(`processing.${processing}`, intent.id, clock.nowMs() + settings.processingMs)
    emit(world, account, 'charge.pending', charge)
    emit(world, account, 'payment_intent.processing', waiting)
    return waiting
  }
  const charge = createCharge(world, account, intent, method, {
    captured: false,
    outcome: outcomeOf(method._magic),
    paid: true,
    status: 'succeeded',
  })
  const authorised = store.update('payment_intent', intent.id, {
    status: 'requires_capture',
    amount_capturable: intent.amount,
    latest_charge: charge.id,
    next_action: null,
  })
  clock.schedule('authorisation.expires', intent.id, clock.nowMs() + authorisationMs)
  emit(world, account, 'charge.succeeded', charge)
  emit(world, account, 'payment_intent.amount_capturable_updated', authorised)
  return authorised
}

/** The money is there: books it and ends the intent. */
export function succeed(world: World, account: string, intent: Intent, charge: Charge): Intent {
  const { store, clock, settings } = world
  const isLater = settings.balanceTransactionMs > 0 && intent.capture_method === 'automatic_async'
  const booked = isLater ? charge : bookCharge(world, account, charge, charge.amount_captured)
  if (isLater) clock.schedule('charge.booked', charge.id, clock.nowMs() + settings.balanceTransactionMs)
  const succeeded = store.update('payment_intent', intent.id, {
    status: 'succeeded',
    amount_received: charge.amount_captured,
    amount_capturable: 0n,
    latest_charge: charge.id,
    next_action: null,
  })
  emit(world, account, 'charge.succeeded', booked)
  emit(world, account, 'payment_intent.succeeded', succeeded)
  complete(world, account, succeeded)
  aftermath(world, account, booked)
  return succeeded
}

/** What a payment ends once its money is there: a shared token, and the tax calculation that it was made with. */
export function complete(world: World, account: string, intent: Intent): void {
  const { shared_payment_granted_token: token, hooks } = intent
  if (token !== undefined) consumeToken(world, token, intent.amount_received)
  const calculation = hooks && world.store.find('tax_calculation', hooks.inputs.tax.calculation)
  if (calculation) commitTax(world, account, calculation, { reference: intent.id })
}

/** Ends a processing intent, as the bank does. */
export function endProcessing(world: World, id: string, how: 'fails' | 'succeeds'): void {
  const { store, clock } = world
  const row = store.row('payment_intent', id)
  const chargeId = row?.object.latest_charge
  if (!row || !chargeId || row.object.status !== 'processing') return
  clock.unschedule('processing.succeeds', id)
  clock.unschedule('processing.fails', id)
  if (how === 'succeeds') {
    const charge = store.update('charge', chargeId, {
      status: 'succeeded',
      paid: true,
      amount_captured: row.object.amount,
    })
    succeed(world, row.account, row.object, charge)
    return
  }
  const code = 'payment_method_provider_decline'
  const message = 'The bank returned the debit: its account has insufficient funds.'
  const charge = store.update('charge', chargeId, { status: 'failed', failure_code: code, failure_message: message })
  fail(world, row.account, row.object, charge, { code, message, type: 'invalid_request_error' })
}

/** The intent is open for another payment method, and a shared token is free again. */
function fail(world: World, account: string, intent: Intent, charge: Charge, error: Record<string, unknown>): Intent {
  const { shared_payment_granted_token: token } = intent
  const failed = world.store.update('payment_intent', intent.id, {
    status: 'requires_payment_method',
    latest_charge: charge.id,
    last_payment_error: error,
    payment_method: null,
    next_action: null,
  })
  if (token !== undefined) freeToken(world, token)
  emit(world, account, 'charge.failed', charge)
  emit(world, account, 'payment_intent.payment_failed', failed)
  return failed
}

function decline(
  world: World,
  account: string,
  intent: Intent,
  method: PaymentMethod,
  { code, declineCode, message }: NonNullable<Magic['decline']>,
): never {
  const charge = createCharge(world, account, intent, method, {
    captured: false,
    failure_code: code,
    failure_message: message,
    outcome: outcomeOf(method._magic),
    paid: false,
    status: 'failed',
  })
  const error = {
    charge: charge.id,
    code,
    ...(declineCode !== undefined && { decline_code: declineCode }),
    doc_url: documentationOf(code),
    message,
    payment_method: method,
    type: 'card_error' as const,
  }
  const failed = fail(world, account, intent, charge, error)
  throw new StripeFailure(402, { ...error, payment_intent: failed }, 'effect')
}

function needAction(
  world: World,
  account: string,
  intent: Intent,
  method: PaymentMethod,
  options: ConfirmOptions,
): Intent {
  if (options.offSession || options.errorOnAction)
    return decline(world, account, intent, method, {
      code: 'authentication_required',
      declineCode: 'authentication_required',
      message: 'Your card was declined. This transaction requires authentication.',
    })
  const { returnUrl } = options
  const waiting = world.store.update('payment_intent', intent.id, {
    status: 'requires_action',
    next_action:
      returnUrl === undefined
        ? {
            type: 'use_stripe_sdk',
            use_stripe_sdk: {
              type: 'three_d_secure_redirect',
              stripe_js: `https://hooks.stripe.com/3d_secure_2/${intent.id}`,
              source: 'src_sandbox',
            },
          }
        : {
            type: 'redirect_to_url',
            redirect_to_url: { return_url: returnUrl, url: `https://hooks.stripe.com/3d_secure_2/${intent.id}` },
          },
  })
  emit(world, account, 'payment_intent.requires_action', waiting)
  return waiting
}

/** A person finishes 3-D Secure, or fails it. */
export function authenticate(world: World, id: string, isGood: boolean): Intent {
  const { store } = world
  const row = store.row('payment_intent', id)
  if (!row?.object.payment_method || row.object.status !== 'requires_action')
    throw new Error(`the intent ${id} waits for no authentication`)
  const method = store.get('payment_method', row.object.payment_method)
  if (isGood) return approve(world, row.account, row.object, method)
  const failed = store.update('payment_intent', id, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_payment_error: {
      code: 'payment_intent_authentication_failure',
      doc_url: documentationOf('payment_intent_authentication_failure'),
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
      payment_method: method,
      type: 'invalid_request_error',
    },
  })
  emit(world, row.account, 'payment_intent.payment_failed', failed)
  return failed
}
