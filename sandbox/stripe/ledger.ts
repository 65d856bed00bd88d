import { newId } from './ids'
import type { BalanceTransaction, Money } from './objects'
import type { World } from './world'

const daySeconds = 86_400

/** Payments become available at midnight (UTC) two days later. */
export function availableLater(now: number): number {
  return (Math.floor(now / daySeconds) + 2) * daySeconds
}

export type Entry = {
  amount: Money
  fee?: Money
  feeDetails?: BalanceTransaction['fee_details']
  currency: string
  type: string
  /** Defaults to the type. */
  category?: string
  source: string
  description?: string | null
  /** Seconds; defaults to now. */
  availableOn?: number
}

/** A line of the account's balance. Whatever moves money at Stripe is one of these. In a transaction. */
export function book(world: World, account: string, entry: Entry): BalanceTransaction {
  const { amount, fee = 0n, currency, type, source } = entry
  const now = world.clock.now()
  return world.store.insert('balance_transaction', account, {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: entry.availableOn ?? now,
    balance_type: 'payments',
    created: now,
    currency,
    description: entry.description ?? null,
    exchange_rate: null,
    fee,
    fee_details: entry.feeDetails ?? [],
    net: amount - fee,
    reporting_category: entry.category ?? type,
    source,
    type,
    _payout: null,
  })
}

export const stripeFee = (amount: Money, currency: string, description = 'Stripe processing fees') =>
  amount === 0n ? [] : [{ amount, application: null, currency, description, type: 'stripe_fee' }]
