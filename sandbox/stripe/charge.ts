import { directFee, settleSplit } from './connect'
import { emit, previously } from './events'
import { newId } from './ids'
import { availableLater, book, stripeFee } from './ledger'
import { magicOf } from './magic'
import { feeOf } from './money'
import type { Charge, Intent, Money, PaymentMethod } from './objects'
import type { World } from './world'

/** How long an authorised card payment can be captured. */
export const authorisationMs = 7 * 24 * 3_600_000

/** A charge for an attempt of an intent. The rest of its fields says how the attempt went. In a transaction. */
export function createCharge(
  world: World,
  account: string,
  intent: Intent,
  method: PaymentMethod,
  fields: Pick<Charge, 'captured' | 'outcome' | 'paid' | 'status'> & Partial<Charge>,
): Charge {
  const prefix = method.type === 'card' ? 'ch' : 'py'
  return world.store.insert('charge', account, {
    id: newId(prefix),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0n,
    amount_refunded: 0n,
    application: null,
    application_fee: null,
    application_fee_amount: intent.application_fee_amount,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'SLUICE',
    created: world.clock.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: intent.on_behalf_of,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(world, intent, method),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    transfer_data: intent.transfer_data && { ...intent.transfer_data, amount: intent.transfer_data.amount ?? null },
    transfer_group: intent.transfer_group,
    _magic: method._magic,
    _dispute: null,
    ...fields,
  })
}

function detailsOf(world: World, intent: Intent, method: PaymentMethod): Record<string, unknown> {
  if (method.type === 'crypto') return { type: 'crypto', crypto: method._chainPayment }
  if (method.type === 'us_bank_account') return { type: method.type, us_bank_account: method.us_bank_account }
  const { networks: _, generated_from: __, three_d_secure_usage: ___, display_brand: ____, ...card } = method.card ?? {}
  return {
    type: 'card',
    card: {
      amount_authorized: intent.amount,
      authorization_code: '123456',
      ...(intent.capture_method === 'manual' && {
        capture_before: world.clock.now() + authorisationMs / 1_000,
      }),
      ...card,
      installments: null,
      mandate: null,
      network: card.brand,
      network_transaction_id: newId('nti').slice(5, 20),
      three_d_secure: null,
      extended_authorization: { status: 'disabled' },
      incremental_authorization: { status: 'unavailable' },
      multicapture: { status: 'unavailable' },
      overcapture: { maximum_amount_capturable: intent.amount, status: 'unavailable' },
    },
  }
}

/** The `outcome` of a charge that the network approved, and of one that it did not. */
export function outcomeOf(magic: string): Record<string, unknown> {
  const { decline, risk } = magicOf(magic) ?? {}
  const score = { elevated: 70, highest: 92, normal: 17 }[risk ?? 'normal']
  const radar = { risk_level: risk ?? 'normal', risk_score: score }
  const common = { advice_code: null, network_advice_code: null, network_decline_code: null }
  if (!decline)
    return {
      ...common,
      network_status: 'approved_by_network',
      reason: risk === undefined ? null : `${risk}_risk_level`,
      ...radar,
      seller_message: 'Payment complete.',
      type: risk === 'elevated' ? 'manual_review' : 'authorized',
    }
  if (decline.blocked)
    return {
      ...common,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      ...radar,
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    }
  return {
    ...common,
    advice_code: 'try_again_later',
    network_decline_code: '01',
    network_status: 'declined_by_network',
    reason: decline.declineCode ?? decline.code,
    ...radar,
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  }
}

/** Books the captured amount with its fee, and writes it into the charge. */
export function bookCharge(world: World, account: string, charge: Charge, captured: Money): Charge {
  const { store, clock } = world
  const { type } = store.get('payment_method', charge.payment_method)
  const processing = feeOf(captured, type)
  const platformFee = directFee(world, account, charge)
  const fee = platformFee.reduce((sum, { amount }) => sum + amount, processing)
  const isAvailable = magicOf(charge._magic)?.available === true
  const entry = book(world, account, {
    amount: captured,
    fee,
    feeDetails: [...stripeFee(processing, charge.currency), ...platformFee],
    currency: charge.currency,
    type: type === 'card' ? 'charge' : 'payment',
    category: 'charge',
    source: charge.id,
    description: charge.description,
    availableOn: isAvailable ? clock.now() : availableLater(clock.now()),
  })
  return settleSplit(world, account, store.update('charge', charge.id, { balance_transaction: entry.id }))
}

/** The later booking of `automatic_async`. */
export function bookLater(world: World, id: string): void {
  const row = world.store.row('charge', id)
  if (!row || row.object.balance_transaction !== null) return
  const before = row.object
  const charge = bookCharge(world, row.account, before, before.amount_captured)
  emit(world, row.account, 'charge.updated', charge, previously(before, 'balance_transaction'))
}
