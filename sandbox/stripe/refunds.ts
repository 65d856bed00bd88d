import { invalid, refused } from './errors'
import { refundSplit, type SplitRefund } from './connect'
import { refundEndsInquiry } from './disputes'
import { emit, previously } from './events'
import { newId } from './ids'
import { book } from './ledger'
import { magicOf } from './magic'
import { mergeMetadata } from './intents'
import { formatAmount } from './money'
import type { Charge, Metadata, Money, Refund } from './objects'
import { reverseTaxOfRefund } from './tax'
import { settleWarnings } from './warnings'
import { listOf, own } from './wire'
import type { Call, Route, World } from './world'

/** What was captured and is not refunded yet. */
export const refundableOf = (charge: Charge): Money => charge.amount - charge.amount_refunded

/** The charge that a refund is for. @throws StripeFailure if there is none that took money. */
function chargeOf(call: Call, intentId: string | undefined, chargeId: string | undefined): Charge {
  const { world } = call
  if (chargeId !== undefined) return own(call, 'charge', chargeId, 'charge', 'charge')
  if (intentId === undefined)
    throw invalid('One of the following params should be provided for this request: payment_intent or charge.', {
      code: 'parameter_missing',
    })
  const intent = own(call, 'payment_intent', intentId, 'payment_intent', 'payment_intent')
  const charge = intent.latest_charge === null ? undefined : world.store.get('charge', intent.latest_charge)
  if (!charge || charge.status !== 'succeeded' || !charge.captured)
    throw refused(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    })
  return charge
}

function assertRefundable(charge: Charge, amount: Money): void {
  const rest = refundableOf(charge)
  if (charge.disputed && charge._dispute === 'charged_back')
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' })
  if (charge.status !== 'succeeded' || !charge.captured)
    throw refused(`Charge ${charge.id} has not been captured; cancel its PaymentIntent instead.`, {
      code: 'charge_not_refundable',
    })
  if (rest === 0n) throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  if (amount > rest)
    throw refused(
      `Refund amount (${formatAmount(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatAmount(rest, charge.currency)})`,
      { param: 'amount' },
    )
}

export type RefundFields = SplitRefund & { amount: Money; reason: string | null; metadata: Metadata }

/** Gives money back. A refund that the bank does asynchronously is `pending`, or fails later. In a transaction. */
export function createRefund(world: World, account: string, charge: Charge, fields: RefundFields): Refund {
  const { store, clock, settings } = world
  const { amount, reason, metadata } = fields
  const behaviour = magicOf(charge._magic)?.refund
  const isCard = store.get('payment_method', charge.payment_method).type === 'card'
  const id = newId(isCard ? 're' : 'pyr')
  const entry = book(world, account, {
    amount: -amount,
    currency: charge.currency,
    type: isCard ? 'refund' : 'payment_refund',
    category: 'refund',
    source: id,
    description: 'REFUND FOR CHARGE',
  })
  const refund = store.insert('refund', account, {
    id,
    object: 'refund',
    amount,
    balance_transaction: entry.id,
    charge: charge.id,
    created: clock.now(),
    currency: charge.currency,
    destination_details: isCard
      ? {
          card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
          type: 'card',
        }
      : { type: store.get('payment_method', charge.payment_method).type },
    metadata,
    payment_intent: charge.payment_intent,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: behaviour === 'pending' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  })
  const refunded = store.update('charge', charge.id, {
    amount_refunded: charge.amount_refunded + amount,
    refunded: charge.amount_refunded + amount === charge.amount,
  })
  if (behaviour !== undefined)
    clock.schedule(behaviour === 'pending' ? 'refund.succeeds' : 'refund.fails', id, clock.nowMs() + settings.refundMs)
  emit(world, account, 'refund.created', refund)
  emit(world, account, 'charge.refunded', refunded, previously(charge, 'amount_refunded', 'refunded'))
  reverseTaxOfRefund(world, account, charge.payment_intent, refund)
  if (refunded.refunded) settleWarnings(world, account, charge.id)
  refundEndsInquiry(world, refunded)
  return refundSplit(world, account, charge, refund, fields)
}

/** The bank took a pending refund. */
export function refundSucceeds(world: World, id: string): void {
  const row = world.store.row('refund', id)
  if (row?.object.status !== 'pending') return
  const refund = world.store.update('refund', id, { status: 'succeeded' })
  tellUpdate(world, row.account, refund, previously(row.object, 'status'))
}

/** The bank sent a refund back: its money returns to the balance, and the charge can be refunded again. */
export function refundFails(world: World, id: string, reason = 'expired_or_canceled_card'): void {
  const { store } = world
  const row = store.row('refund', id)
  if (!row || !['pending', 'succeeded'].includes(row.object.status)) return
  const { account, object: before } = row
  const entry = book(world, account, {
    amount: before.amount,
    currency: before.currency,
    type: 'refund_failure',
    source: id,
    description: 'REFUND FAILURE',
  })
  const refund = store.update('refund', id, {
    status: 'failed',
    failure_reason: reason,
    failure_balance_transaction: entry.id,
  })
  const charge = store.get('charge', before.charge)
  store.update('charge', charge.id, { amount_refunded: charge.amount_refunded - before.amount, refunded: false })
  emit(world, account, 'refund.failed', refund)
  tellUpdate(world, account, refund, previously(before, 'status'))
}

function tellUpdate(world: World, account: string, refund: Refund, previous: Record<string, unknown>): void {
  emit(world, account, 'refund.updated', refund, previous)
  emit(world, account, 'charge.refund.updated', refund, previous)
}

const reasons = ['duplicate', 'fraudulent', 'requested_by_customer'] as const

function create(call: Call): Refund {
  const { params, world, account } = call
  const [intent, charge] = [params.text('payment_intent'), params.text('charge')]
  const amount = params.integer('amount')
  const reason = params.choice('reason', reasons) ?? null
  const metadata = params.map('metadata') ?? {}
  const split = {
    reverseTransfer: params.flag('reverse_transfer') ?? false,
    refundFee: params.flag('refund_application_fee') ?? false,
  }
  params.ignore('instructions_email', 'currency', 'origin')
  params.done()
  if (amount !== undefined && amount < 1n)
    throw invalid('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
  const target = chargeOf(call, intent, charge)
  assertRefundable(target, amount ?? refundableOf(target))
  return createRefund(world, account, target, { amount: amount ?? refundableOf(target), reason, metadata, ...split })
}

function update(call: Call): Refund {
  const refund = own(call, 'refund', call.path.id ?? '', 'refund')
  const metadata = call.params.map('metadata') ?? {}
  call.params.done()
  const updated = call.world.store.update('refund', refund.id, { metadata: mergeMetadata(refund.metadata, metadata) })
  emit(call.world, call.account, 'refund.updated', updated, previously(refund, 'metadata'))
  return updated
}

function list(call: Call, ofCharge?: string): unknown {
  const charge = ofCharge ?? call.params.text('charge')
  const intent = call.params.text('payment_intent')
  return listOf(
    call,
    'refund',
    (refund) =>
      (charge === undefined || refund.charge === charge) && (intent === undefined || refund.payment_intent === intent),
  )
}

export const refundRoutes: Route[] = [
  { method: 'POST', path: '/v1/refunds', run: create },
  { method: 'GET', path: '/v1/refunds', run: (call) => list(call) },
  {
    method: 'GET',
    path: '/v1/refunds/:id',
    run(call) {
      call.params.done()
      return own(call, 'refund', call.path.id ?? '', 'refund')
    },
  },
  { method: 'POST', path: '/v1/refunds/:id', run: update },
  {
    method: 'GET',
    path: '/v1/charges/:id/refunds',
    run: (call) => list(call, own(call, 'charge', call.path.id ?? '', 'charge').id),
  },
]
