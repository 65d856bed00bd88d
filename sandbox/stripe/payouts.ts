import { balanceOf, balanceObject } from './balance'
import { invalid, refused } from './errors'
import { emit, previously } from './events'
import { newId } from './ids'
import { availableLater, book } from './ledger'
import type { Metadata, Money, Payout } from './objects'
import { listOf, own, readRange } from './wire'
import type { Call, Route, World } from './world'

const dayMs = 86_400_000

export type PayoutFields = {
  amount: Money
  currency: string
  automatic: boolean
  metadata?: Metadata
  description?: string | null
}

/** Sends available money to the bank; it arrives two days later. In a transaction. */
function createPayout(world: World, account: string, fields: PayoutFields): Payout {
  const { store, clock } = world
  const { amount, currency, automatic } = fields
  const id = newId('po')
  const entry = book(world, account, {
    amount: -amount,
    currency,
    type: 'payout',
    source: id,
    description: 'STRIPE PAYOUT',
  })
  const arrival = availableLater(clock.now())
  const payout = store.insert('payout', account, {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: arrival,
    automatic,
    balance_transaction: entry.id,
    created: clock.now(),
    currency,
    description: fields.description ?? (automatic ? 'STRIPE PAYOUT' : null),
    destination: `ba_${account.slice(5)}`,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: fields.metadata ?? {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? 'completed' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
  })
  clock.schedule('payout.arrives', id, arrival * 1_000)
  emit(world, account, 'payout.created', payout)
  return payout
}

export function payoutArrives(world: World, id: string): void {
  const row = world.store.row('payout', id)
  if (!row || !['in_transit', 'pending'].includes(row.object.status)) return
  const paid = world.store.update('payout', id, {
    status: 'paid',
    trace_id: { status: 'supported', value: `trace${id.slice(-8)}` },
  })
  emit(world, row.account, 'payout.paid', paid, previously(row.object, 'status'))
}

/** The bank sends it back, also after it was paid: its money is available again. */
export function failPayout(world: World, id: string, code = 'account_closed'): Payout {
  const row = world.store.row('payout', id)
  if (!row || ['canceled', 'failed'].includes(row.object.status)) throw new Error(`the payout ${id} cannot fail`)
  const { account, object: before } = row
  world.clock.unschedule('payout.arrives', id)
  const entry = book(world, account, {
    amount: before.amount,
    currency: before.currency,
    type: 'payout_failure',
    source: id,
    description: 'PAYOUT FAILURE',
  })
  const failed = world.store.update('payout', id, {
    status: 'failed',
    failure_balance_transaction: entry.id,
    failure_code: code,
    failure_message: 'The bank account has been closed',
  })
  emit(world, account, 'payout.failed', failed, previously(before, 'status'))
  return failed
}

/** Pays out everything that is available and marks the entries that it carries; comes again the next day. */
export function payOutDaily(world: World, account: string): void {
  const { store, clock } = world
  clock.schedule('payouts.daily', account, (Math.floor(clock.nowMs() / dayMs) + 1) * dayMs)
  const carried = store
    .all('balance_transaction', account)
    .filter(({ available_on: on, _payout }) => _payout === null && on <= clock.now())
  const sums = new Map<string, Money>()
  for (const { currency, net } of carried) sums.set(currency, (sums.get(currency) ?? 0n) + net)
  for (const [currency, amount] of sums) {
    if (amount <= 0n) continue
    const payout = createPayout(world, account, { amount, currency, automatic: true })
    for (const entry of carried)
      if (entry.currency === currency) store.update('balance_transaction', entry.id, { _payout: payout.id })
    if (payout.balance_transaction !== null)
      store.update('balance_transaction', payout.balance_transaction, { _payout: payout.id })
  }
  if (carried.length > 0) emit(world, account, 'balance.available', balanceObject(world, account))
}

function create(call: Call): Payout {
  const { params, world, account } = call
  const amount = params.requiredInteger('amount')
  const currency = params.required('currency').toLowerCase()
  const metadata = params.map('metadata') ?? {}
  const description = params.text('description') ?? null
  params.ignore('method', 'destination', 'source_type', 'statement_descriptor', 'payout_method')
  params.done()
  if (amount < 1n)
    throw invalid('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
  if ((balanceOf(world, account).get(currency)?.available ?? 0n) < amount)
    throw refused(
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You can use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).',
      { code: 'balance_insufficient' },
    )
  return createPayout(world, account, { amount, currency, automatic: false, metadata, description })
}

function cancel(call: Call): Payout {
  call.params.done()
  const { world, account } = call
  const before = own(call, 'payout', call.path.id ?? '', 'payout')
  if (before.status !== 'pending' || before.automatic)
    throw refused(`Payouts can only be canceled while they are pending and manual; this one is ${before.status}.`, {
      code: 'payouts_not_allowed',
    })
  world.clock.unschedule('payout.arrives', before.id)
  const entry = book(world, account, {
    amount: before.amount,
    currency: before.currency,
    type: 'payout_cancel',
    source: before.id,
  })
  const canceled = world.store.update('payout', before.id, {
    status: 'canceled',
    failure_balance_transaction: entry.id,
  })
  emit(world, account, 'payout.canceled', canceled, previously(before, 'status'))
  return canceled
}

export const payoutRoutes: Route[] = [
  { method: 'POST', path: '/v1/payouts', run: create },
  {
    method: 'GET',
    path: '/v1/payouts',
    run(call) {
      const status = call.params.text('status')
      const arrival = readRange(call, 'arrival_date')
      call.params.ignore('destination')
      return listOf(
        call,
        'payout',
        (payout) => (status === undefined || payout.status === status) && arrival(payout.arrival_date),
      )
    },
  },
  {
    method: 'GET',
    path: '/v1/payouts/:id',
    run(call) {
      call.params.done()
      return own(call, 'payout', call.path.id ?? '', 'payout')
    },
  },
  { method: 'POST', path: '/v1/payouts/:id/cancel', run: cancel },
]
