import { emit, previously } from './events'
import { newId } from './ids'
import { book } from './ledger'
import { disputeFee } from './money'
import type { Charge, Dispute } from './objects'
import { settleWarnings } from './warnings'
import type { World } from './world'

const daySeconds = 86_400
const inquiryDays = 120

export type DisputeFields = { reason?: string; inquiry?: boolean; networkReason?: string }

/** Whether a charge can be disputed: there is money of the buyer in it, and no dispute yet. */
export const isDisputable = (charge: Charge) =>
  charge.status === 'succeeded' && charge.captured && !charge.disputed && charge.amount > charge.amount_refunded

/** Evidence that Stripe knows; all of it empty. */
const evidenceNames = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const

/** The buyer's bank disputes what is left of a charge. An inquiry asks first, and takes no money. In a transaction. */
export function openDispute(world: World, account: string, charge: Charge, fields: DisputeFields = {}): Dispute {
  const { store, clock } = world
  const { reason = 'fraudulent', inquiry = false, networkReason = '10.4' } = fields
  const now = clock.now()
  // The last second (UTC) of the ninth day, as Stripe's own due dates end a day.
  const dueBy = (Math.floor(now / daySeconds) + 10) * daySeconds - 1
  const dispute = store.insert('dispute', account, {
    id: newId('du'),
    object: 'dispute',
    amount: charge.amount - charge.amount_refunded,
    balance_transactions: [],
    charge: charge.id,
    created: now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...Object.fromEntries(evidenceNames.map((name) => [name, null])), enhanced_evidence: {} },
    evidence_details: {
      due_by: dueBy,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    network_reason_code: networkReason,
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: 'visa',
        case_type: inquiry ? 'inquiry' : 'chargeback',
        network: 'visa',
        network_reason_code: networkReason,
      },
      type: 'card',
    },
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
    _transactions: [],
  })
  store.update('charge', charge.id, { disputed: true, _dispute: inquiry ? 'inquiry' : 'charged_back' })
  if (inquiry) clock.schedule('inquiry.ends', dispute.id, (now + inquiryDays * daySeconds) * 1_000)
  else clock.schedule('dispute.due', dispute.id, dueBy * 1_000 + 1_000)
  settleWarnings(world, account, charge.id)
  emit(world, account, 'charge.dispute.created', dispute)
  return inquiry ? dispute : withdraw(world, account, dispute)
}

function withdraw(world: World, account: string, dispute: Dispute): Dispute {
  const entry = book(world, account, {
    amount: -dispute.amount,
    fee: disputeFee,
    feeDetails: [
      {
        amount: disputeFee,
        application: null,
        currency: dispute.currency,
        description: 'Dispute fee',
        type: 'stripe_fee',
      },
    ],
    currency: dispute.currency,
    type: 'adjustment',
    category: 'dispute',
    source: dispute.id,
    description: `Chargeback withdrawal for ${dispute.charge}`,
  })
  const withdrawn = world.store.update('dispute', dispute.id, { _transactions: [...dispute._transactions, entry.id] })
  emit(world, account, 'charge.dispute.funds_withdrawn', withdrawn)
  return withdrawn
}

const isOpen = (dispute: Dispute) => !['lost', 'warning_closed', 'won'].includes(dispute.status)
const isInquiry = (dispute: Dispute) => dispute.status.startsWith('warning_')

/** The bank decides; an inquiry is closed either way. A closed dispute stays as it is. */
export function endDispute(world: World, id: string, outcome: 'lost' | 'won'): Dispute {
  const { store, clock, settings } = world
  const row = store.row('dispute', id)
  if (!row) throw new Error(`no dispute ${id}`)
  const { account, object: before } = row
  if (!isOpen(before)) return before
  for (const task of ['dispute.due', 'dispute.won', 'dispute.lost', 'inquiry.ends', 'inquiry.escalates'])
    clock.unschedule(task, id)
  if (isInquiry(before)) {
    store.update('charge', before.charge, { _dispute: null })
    return close(world, account, before, { status: 'warning_closed' })
  }
  if (outcome === 'lost') return close(world, account, before, { status: 'lost' })
  const fee = settings.returnsDisputeFee ? -disputeFee : 0n
  const entry = book(world, account, {
    amount: before.amount,
    fee,
    feeDetails:
      fee === 0n
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: before.currency,
              description: 'Dispute fee refund',
              type: 'stripe_fee',
            },
          ],
    currency: before.currency,
    type: 'adjustment',
    category: 'dispute_reversal',
    source: id,
    description: `Chargeback reversal for ${before.charge}`,
  })
  store.update('charge', before.charge, { _dispute: null })
  const won = store.update('dispute', id, {
    status: 'won',
    is_charge_refundable: true,
    _transactions: [...before._transactions, entry.id],
  })
  emit(world, account, 'charge.dispute.funds_reinstated', won)
  return close(world, account, before, {})
}

function close(world: World, account: string, before: Dispute, fields: Partial<Dispute>): Dispute {
  const closed = world.store.update('dispute', before.id, fields)
  emit(world, account, 'charge.dispute.closed', closed, previously(before, 'status'))
  return closed
}

/** An inquiry becomes a dispute: now the money goes. */
export function escalate(world: World, id: string): Dispute {
  const { store, clock } = world
  const row = store.row('dispute', id)
  if (!row || !isInquiry(row.object) || !isOpen(row.object)) throw new Error(`the dispute ${id} is no open inquiry`)
  const { account, object: before } = row
  clock.unschedule('inquiry.ends', id)
  const dueBy = (Math.floor(clock.now() / daySeconds) + 10) * daySeconds - 1
  const escalated = store.update('dispute', id, {
    status: 'needs_response',
    is_charge_refundable: false,
    evidence_details: {
      ...before.evidence_details,
      due_by: dueBy,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
  })
  store.update('charge', before.charge, { _dispute: 'charged_back' })
  clock.schedule('dispute.due', id, dueBy * 1_000 + 1_000)
  emit(world, account, 'charge.dispute.updated', escalated, previously(before, 'status', 'is_charge_refundable'))
  return withdraw(world, account, escalated)
}

/** What a merchant did not answer in time is lost. */
export function disputeDue(world: World, id: string): void {
  const dispute = world.store.find('dispute', id)
  if (dispute?.status !== 'needs_response') return
  world.store.update('dispute', id, { evidence_details: { ...dispute.evidence_details, past_due: true } })
  endDispute(world, id, 'lost')
}

/** A full refund ends the inquiry over its charge. */
export function refundEndsInquiry(world: World, charge: Charge): void {
  if (charge._dispute !== 'inquiry' || charge.amount_refunded < charge.amount) return
  const dispute = world.store.all('dispute').find((one) => one.charge === charge.id && isOpen(one))
  if (dispute) endDispute(world, dispute.id, 'won')
}
