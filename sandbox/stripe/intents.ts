import { cancel, capture } from './capture'
import { assertSplit } from './connect'
import { claimTransaction, readChainPayment, type ChainPayment } from './crypto'
import { confirm, type ConfirmOptions, type Instrument } from './confirm'
import { invalid, refused } from './errors'
import { emit } from './events'
import { newId, randomText } from './ids'
import { resolveMethod } from './methods'
import { formatAmount, isCurrency, maximumAmount, minimumOf } from './money'
import type { Intent, Metadata } from './objects'
import type { Params } from './params'
import { calculationFor } from './tax'
import { holdToken, tokenForPayment } from './tokens'
import { listOf, own } from './wire'
import type { Call, Route } from './world'

/** What a request names to pay with. */
type Means = {
  method: string | undefined
  token: string | undefined
  onChain: ChainPayment | undefined
  options: ConfirmOptions
}

function readMeans({ params, preview }: Call): Means {
  const method = params.text('payment_method')
  const data = params.child('payment_method_data')
  // Both places are in Stripe's preview documentation. Without a preview version neither is a parameter.
  const token = preview
    ? (params.text('shared_payment_granted_token') ?? data?.text('shared_payment_granted_token'))
    : undefined
  const onChain = data?.text('type') === 'crypto' ? readChainPayment(params) : undefined
  data?.ignore('billing_details', 'metadata', 'allow_redisplay')
  if (method !== undefined && token !== undefined)
    throw invalid('You may only specify one of these parameters: payment_method, shared_payment_granted_token.')
  const errorOnAction = params.flag('error_on_requires_action') ?? false
  const offSession = params.has('off_session') && params.text('off_session') !== 'false'
  const returnUrl = params.text('return_url')
  params.ignore('use_stripe_sdk', 'mandate', 'mandate_data', 'radar_options', 'payment_method_options', 'client_secret')
  return { method, token, onChain, options: { offSession, errorOnAction, returnUrl } }
}

/** The instrument of these means; undefined if the request names none. Holds a shared token for the intent. */
function instrumentOf(call: Call, intent: Intent, { method, token, onChain }: Means): Instrument | undefined {
  const { world, account } = call
  if (token !== undefined) {
    const granted = tokenForPayment(call, token, intent)
    holdToken(world, token, intent.id)
    return { method: world.store.get('payment_method', granted._paymentMethod), token }
  }
  if (onChain) return { method: claimTransaction(world, account, intent.id, onChain) }
  return method === undefined ? undefined : { method: resolveMethod(world, account, method) }
}

type Draft = Pick<
  Intent,
  | 'amount'
  | 'application_fee_amount'
  | 'automatic_payment_methods'
  | 'capture_method'
  | 'confirmation_method'
  | 'currency'
  | 'customer'
  | 'description'
  | 'metadata'
  | 'on_behalf_of'
  | 'payment_method_types'
  | 'receipt_email'
  | 'setup_future_usage'
  | 'statement_descriptor'
  | 'statement_descriptor_suffix'
  | 'transfer_data'
  | 'transfer_group'
> &
  Pick<Intent, 'hooks'>

function readAmount(params: Params): Pick<Draft, 'amount' | 'currency'> {
  const amount = params.requiredInteger('amount')
  const currency = params.required('currency').toLowerCase()
  if (!isCurrency(currency))
    throw invalid(`Invalid currency: ${currency}. Stripe currently supports these currencies: usd, eur, gbp, ...`, {
      param: 'currency',
    })
  if (amount < 1n)
    throw invalid('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
  if (amount > maximumAmount)
    throw invalid(`Amount must be no more than ${formatAmount(maximumAmount, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    })
  return { amount, currency }
}

function readDraft(call: Call): Draft {
  const { params } = call
  const { amount, currency } = readAmount(params)
  const automatic = params.child('automatic_payment_methods')
  const enabled = automatic?.flag('enabled')
  const redirects = automatic?.choice('allow_redirects', ['always', 'never']) ?? 'always'
  const types = params.list('payment_method_types') ?? params.list('allowed_payment_method_types')
  const calculation = params.child('hooks')?.requiredChild('inputs').requiredChild('tax').required('calculation')
  const transfer = params.child('transfer_data')
  const destination = transfer?.required('destination')
  const transferred = transfer?.integer('amount')
  params.ignore('shipping', 'amount_details', 'payment_details', 'expand')
  if (amount < (types?.includes('crypto') ? 1n : minimumOf(currency)))
    throw invalid(`Amount must be at least ${formatAmount(minimumOf(currency), currency)}`, {
      code: 'amount_too_small',
      param: 'amount',
    })
  return {
    amount,
    currency,
    application_fee_amount: params.integer('application_fee_amount') ?? null,
    automatic_payment_methods: types ? null : { enabled: enabled ?? true, allow_redirects: redirects },
    capture_method: params.choice('capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async',
    confirmation_method: params.choice('confirmation_method', ['automatic', 'manual']) ?? 'automatic',
    customer: params.text('customer') ?? null,
    description: params.unsettable('description') ?? null,
    metadata: params.map('metadata') ?? {},
    on_behalf_of: params.text('on_behalf_of') ?? null,
    payment_method_types: types ?? ['card', 'link'],
    receipt_email: params.unsettable('receipt_email') ?? null,
    setup_future_usage: params.choice('setup_future_usage', ['off_session', 'on_session']) ?? null,
    statement_descriptor: params.unsettable('statement_descriptor') ?? null,
    statement_descriptor_suffix: params.unsettable('statement_descriptor_suffix') ?? null,
    transfer_data:
      destination === undefined ? null : { destination, ...(transferred !== undefined && { amount: transferred }) },
    transfer_group: params.unsettable('transfer_group') ?? null,
    ...(calculation !== undefined && { hooks: { inputs: { tax: { calculation } } } }),
  }
}

function insertIntent({ world, account }: Call, draft: Draft): Intent {
  const id = newId('pi')
  return world.store.insert('payment_intent', account, {
    id,
    object: 'payment_intent',
    amount_capturable: 0n,
    amount_details: { tip: {} },
    amount_received: 0n,
    application: null,
    canceled_at: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: world.clock.now(),
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    next_action: null,
    payment_method: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    processing: null,
    review: null,
    shipping: null,
    source: null,
    status: 'requires_payment_method',
    ...draft,
    _searchableAt: world.clock.now() + world.settings.searchDelayMs / 1_000,
  })
}

function create(call: Call): Intent {
  const { params, world, account } = call
  const draft = readDraft(call)
  const isConfirmed = params.flag('confirm') ?? false
  const means = readMeans(call)
  params.done()
  const known = draft.customer === null ? undefined : own(call, 'customer', draft.customer, 'customer', 'customer')
  assertSplit(call, draft)
  if (draft.hooks) calculationFor(call, draft.hooks.inputs.tax.calculation)
  const intent = insertIntent(call, { ...draft, customer: known?.id ?? null })
  const instrument = instrumentOf(call, intent, means)
  const ready = instrument
    ? world.store.update('payment_intent', intent.id, {
        payment_method: instrument.method.id,
        status: 'requires_confirmation',
      })
    : intent
  emit(world, account, 'payment_intent.created', ready)
  if (!isConfirmed) return ready
  return confirm(world, account, ready, instrument ?? missingMeans(ready), means.options)
}

function missingMeans(intent: Intent): never {
  throw refused(
    `You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.`,
    { code: 'payment_intent_unexpected_state', payment_intent: intent },
  )
}

const intentOf = (call: Call) => own(call, 'payment_intent', call.path.id ?? '', 'payment_intent', 'intent')

function confirmAgain(call: Call): Intent {
  const { params, world, account } = call
  const intent = intentOf(call)
  const means = readMeans(call)
  const capture = params.choice('capture_method', ['automatic', 'automatic_async', 'manual'])
  params.ignore('receipt_email', 'setup_future_usage', 'shipping', 'expand')
  params.done()
  const open: readonly Intent['status'][] = ['requires_action', 'requires_confirmation', 'requires_payment_method']
  if (!open.includes(intent.status))
    throw refused(
      intent.status === 'succeeded'
        ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
        : `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
      { code: 'payment_intent_unexpected_state', payment_intent: intent },
    )
  const current =
    capture === undefined ? intent : world.store.update('payment_intent', intent.id, { capture_method: capture })
  const before =
    current.payment_method === null ? undefined : { method: world.store.get('payment_method', current.payment_method) }
  const instrument = instrumentOf(call, current, means) ?? before ?? missingMeans(current)
  return confirm(world, account, current, instrument, means.options)
}

/** Sets keys; an empty value unsets its key, and an empty map all of them. */
export function mergeMetadata(old: Metadata, changes: Metadata): Metadata {
  if (Object.keys(changes).length === 0) return {}
  return Object.fromEntries(Object.entries({ ...old, ...changes }).filter(([, value]) => value !== ''))
}

function update(call: Call): Intent {
  const { params, world } = call
  const intent = intentOf(call)
  const metadata = params.map('metadata')
  const description = params.unsettable('description')
  const receipt = params.unsettable('receipt_email')
  params.done()
  return world.store.update('payment_intent', intent.id, {
    ...(metadata && { metadata: mergeMetadata(intent.metadata, metadata) }),
    ...(description !== undefined && { description }),
    ...(receipt !== undefined && { receipt_email: receipt }),
    _searchableAt: world.clock.now() + world.settings.searchDelayMs / 1_000,
  })
}

const reasons = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const

export const intentRoutes: Route[] = [
  { method: 'POST', path: '/v1/payment_intents', run: create },
  {
    method: 'GET',
    path: '/v1/payment_intents',
    run(call) {
      const customer = call.params.text('customer')
      return listOf(call, 'payment_intent', (intent) => customer === undefined || intent.customer === customer)
    },
  },
  {
    method: 'GET',
    path: '/v1/payment_intents/:id',
    run(call) {
      call.params.ignore('client_secret')
      call.params.done()
      return intentOf(call)
    },
  },
  { method: 'POST', path: '/v1/payment_intents/:id', run: update },
  { method: 'POST', path: '/v1/payment_intents/:id/confirm', run: confirmAgain },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    run(call) {
      const amount = call.params.integer('amount_to_capture')
      const fee = call.params.integer('application_fee_amount')
      call.params.ignore(
        'final_capture',
        'metadata',
        'statement_descriptor',
        'statement_descriptor_suffix',
        'transfer_data',
      )
      call.params.done()
      const intent = intentOf(call)
      if (fee !== undefined) call.world.store.update('payment_intent', intent.id, { application_fee_amount: fee })
      return capture(call.world, call.account, intentOf(call), amount)
    },
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    run(call) {
      const reason = call.params.choice('cancellation_reason', reasons) ?? null
      call.params.done()
      return cancel(call.world, call.account, intentOf(call), reason)
    },
  },
]
