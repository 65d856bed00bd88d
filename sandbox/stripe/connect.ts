import { invalid, missing, refused } from './errors'
import { emit } from './events'
import { newId } from './ids'
import { availableLater, book } from './ledger'
import type { BalanceTransaction, Charge, Intent, Money, Refund } from './objects'
import type { ApplicationFee, Transfer } from './platform-objects'
import { listOf, own } from './wire'
import type { Call, Route, World } from './world'

type Split = Pick<Intent, 'amount' | 'application_fee_amount' | 'on_behalf_of' | 'transfer_data'>

/** @throws StripeFailure if the parts of a platform's payment do not fit its amount or its accounts. */
export function assertSplit(
  call: Call,
  { amount, application_fee_amount: fee, on_behalf_of: behalf, transfer_data: transfer }: Split,
): void {
  const { world, account, platform } = call
  const isConnected = (id: string) => world.store.find('account', id)?._platform === platform
  if (behalf !== null && !isConnected(behalf)) throw missing('account', behalf, 'on_behalf_of')
  if (transfer && !isConnected(transfer.destination))
    throw missing('destination', transfer.destination, 'transfer_data[destination]')
  if (transfer?.amount !== undefined && (transfer.amount < 1n || transfer.amount > amount))
    throw invalid('The transfer_data[amount] must be positive and at most the amount of the PaymentIntent.', {
      param: 'transfer_data[amount]',
    })
  if (fee === null) return
  if (fee < 0n || fee > amount)
    throw invalid('The application_fee_amount must be at most the amount of the PaymentIntent.', {
      param: 'application_fee_amount',
    })
  if (transfer?.amount !== undefined)
    throw invalid('You may only specify one of these parameters: application_fee_amount, transfer_data[amount].')
  if (!transfer && account === platform)
    throw invalid(
      'Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an OAuth key or Stripe-Account header) or destination payment (using `transfer_data[destination]`).',
      { code: 'application_fees_not_allowed', param: 'application_fee_amount' },
    )
}

/** The platform's part of a direct charge: a fee of the connected account's entry. */
export function directFee(world: World, account: string, charge: Charge): BalanceTransaction['fee_details'] {
  const { application_fee_amount: fee, currency } = charge
  if (fee === null || fee === 0n || charge.transfer_data || !world.store.find('account', account)?._platform) return []
  return [
    {
      amount: fee,
      application: 'ca_sandbox',
      currency,
      description: 'Sluice sandbox application fee',
      type: 'application_fee',
    },
  ]
}

/** After a charge is booked: what goes to a connected account, and what comes to the platform. Returns the charge. */
export function settleSplit(world: World, account: string, charge: Charge): Charge {
  const { store } = world
  const platform = store.find('account', account)?._platform ?? null
  if (charge.transfer_data) return transferToDestination(world, account, charge, charge.transfer_data.destination)
  if (platform === null || !charge.application_fee_amount) return charge
  const fee = earn(world, platform, account, charge, charge.application_fee_amount)
  return store.update('charge', charge.id, { application_fee: fee.id })
}

function transferToDestination(world: World, platform: string, charge: Charge, destination: string): Charge {
  const { store, clock } = world
  const { application_fee_amount: fee, currency } = charge
  const amount = charge.transfer_data?.amount ?? charge.amount_captured
  const availableOn = availableLater(clock.now())
  const id = newId('tr')
  const entry = book(world, platform, { amount: -amount, currency, type: 'transfer', source: id, availableOn })
  const payment = newId('py')
  const feeDetails =
    fee === null || fee === 0n
      ? []
      : [
          {
            amount: fee,
            application: 'ca_sandbox',
            currency,
            description: 'Sluice sandbox application fee',
            type: 'application_fee',
          },
        ]
  book(world, destination, {
    amount,
    fee: fee ?? 0n,
    feeDetails,
    currency,
    type: 'payment',
    category: 'charge',
    source: payment,
    availableOn,
  })
  const transfer = store.insert('transfer', platform, {
    id,
    object: 'transfer',
    amount,
    amount_reversed: 0n,
    balance_transaction: entry.id,
    created: clock.now(),
    currency,
    description: null,
    destination,
    destination_payment: payment,
    livemode: false,
    metadata: {},
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: charge.id,
    source_type: 'card',
    transfer_group: charge.transfer_group ?? `group_${charge.payment_intent}`,
  })
  emit(world, platform, 'transfer.created', transfer)
  const earned = fee ? earn(world, platform, destination, charge, fee) : undefined
  return store.update('charge', charge.id, {
    transfer: id,
    transfer_group: transfer.transfer_group,
    application_fee: earned?.id ?? null,
  })
}

/** The application fee as an object and an entry of the platform. */
function earn(world: World, platform: string, account: string, charge: Charge, amount: Money): ApplicationFee {
  const { store, clock } = world
  const id = newId('fee')
  const entry = book(world, platform, {
    amount,
    currency: charge.currency,
    type: 'application_fee',
    category: 'platform_earning',
    source: id,
    availableOn: availableLater(clock.now()),
  })
  const fee = store.insert('application_fee', platform, {
    id,
    object: 'application_fee',
    account,
    amount,
    amount_refunded: 0n,
    application: 'ca_sandbox',
    balance_transaction: entry.id,
    charge: charge.id,
    created: clock.now(),
    currency: charge.currency,
    fee_source: { charge: charge.id, type: 'charge' },
    livemode: false,
    originating_transaction: charge.transfer_data ? charge.id : null,
    refunded: false,
    refunds: { object: 'list', data: [], has_more: false, url: `/v1/application_fees/${id}/refunds` },
  })
  emit(world, platform, 'application_fee.created', fee)
  return fee
}

export type SplitRefund = { reverseTransfer: boolean; refundFee: boolean }

/** The parts of a refund that the connected account and the platform give back: in proportion, rounded down. */
export function refundSplit(
  world: World,
  account: string,
  charge: Charge,
  refund: Refund,
  { reverseTransfer, refundFee }: SplitRefund,
): Refund {
  const { store } = world
  const share = (amount: Money) => (amount * refund.amount) / charge.amount_captured
  if (refundFee) {
    if (charge.application_fee === null)
      throw refused('Attempting to refund an application fee, but there is none for this charge.', {
        param: 'refund_application_fee',
      })
    refundApplicationFee(world, charge.application_fee, share)
  }
  if (!reverseTransfer) return refund
  if (charge.transfer === undefined)
    throw refused('Cannot reverse the transfer: the charge has no associated transfer.', { param: 'reverse_transfer' })
  const transfer = store.get('transfer', charge.transfer)
  const amount = share(transfer.amount)
  const id = newId('trr')
  const { currency } = charge
  book(world, account, { amount, currency, type: 'transfer_refund', category: 'transfer_reversal', source: id })
  book(world, transfer.destination, {
    amount: -amount,
    currency,
    type: 'payment_refund',
    category: 'refund',
    source: transfer.destination_payment,
  })
  const amountReversed = transfer.amount_reversed + amount
  const reversed = store.update('transfer', transfer.id, {
    amount_reversed: amountReversed,
    reversed: amountReversed === transfer.amount,
  })
  emit(world, account, 'transfer.reversed', reversed)
  return store.update('refund', refund.id, { transfer_reversal: id })
}

function refundApplicationFee(world: World, id: string, share: (amount: Money) => Money): void {
  const { store } = world
  const row = store.row('application_fee', id)
  if (!row) return
  const { account: platform, object: fee } = row
  const amount = share(fee.amount)
  const { currency } = fee
  book(world, platform, {
    amount: -amount,
    currency,
    type: 'application_fee_refund',
    category: 'platform_earning_refund',
    source: id,
  })
  book(world, fee.account, { amount, currency, type: 'application_fee_refund', category: 'fee', source: id })
  const amountRefunded = fee.amount_refunded + amount
  const refunded = store.update('application_fee', id, {
    amount_refunded: amountRefunded,
    refunded: amountRefunded === fee.amount,
  })
  emit(world, platform, 'application_fee.refunded', refunded)
}

const retrieve = (kind: 'application_fee' | 'transfer') => (call: Call) => {
  call.params.done()
  return own(call, kind, call.path.id ?? '', kind)
}

export const connectRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/transfers',
    run(call) {
      const [destination, group] = [call.params.text('destination'), call.params.text('transfer_group')]
      return listOf(
        call,
        'transfer',
        (one: Transfer) =>
          (destination === undefined || one.destination === destination) &&
          (group === undefined || one.transfer_group === group),
      )
    },
  },
  { method: 'GET', path: '/v1/transfers/:id', run: retrieve('transfer') },
  {
    method: 'GET',
    path: '/v1/application_fees',
    run(call) {
      const charge = call.params.text('charge')
      return listOf(call, 'application_fee', (one) => charge === undefined || one.charge === charge)
    },
  },
  { method: 'GET', path: '/v1/application_fees/:id', run: retrieve('application_fee') },
]
