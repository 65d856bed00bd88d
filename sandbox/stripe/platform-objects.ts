import type { Base, Metadata, Money } from './objects'

/** Objects of crypto, tax, Connect and test clocks; see `objects.ts` for the rules. */

export type DepositAddress = Base<'crypto.deposit_address'> & {
  address: string
  customer: null
  metadata: Metadata
  network: string
  supported_tokens: { token_currency: string; token_contract_address: string }[]
}

/** A transaction of a chain that an intent has taken. */
export type TakenTransaction = { id: string; created: number; intent: string }

export type TaxLine = {
  id: string
  object: 'tax.calculation_line_item' | 'tax.transaction_line_item'
  amount: Money
  amount_tax: Money
  livemode: false
  metadata: Metadata | null
  performance_location: null
  product: null
  quantity: Money
  reference: string
  tax_behavior: 'exclusive' | 'inclusive'
  tax_code: string
  reversal?: { original_line_item: string }
}

type TaxCustomer = {
  address:
    | (Record<'city' | 'line1' | 'line2' | 'postal_code' | 'state', string | null> & { country: string })
    | undefined
  address_source: string | null
  ip_address: null
  tax_ids: []
  taxability_override: 'customer_exempt' | 'none' | 'reverse_charge'
}

export type TaxCalculation = Omit<Base<'tax.calculation'>, 'created'> & {
  amount_total: Money
  currency: string
  customer: null
  customer_details: TaxCustomer
  expires_at: number
  ship_from_details: null
  shipping_cost: null
  tax_amount_exclusive: Money
  tax_amount_inclusive: Money
  tax_breakdown: Record<string, unknown>[]
  tax_date: number
  _lines: TaxLine[]
}

export type TaxTransaction = Base<'tax.transaction'> & {
  currency: string
  customer: null
  customer_details: TaxCustomer
  metadata: Metadata
  posted_at: number
  reference: string
  reversal: { original_transaction: string } | null
  ship_from_details: null
  shipping_cost: null
  tax_date: number
  type: 'reversal' | 'transaction'
  _lines: TaxLine[]
}

type EmptyList = { object: 'list'; data: []; has_more: false; url: string }

export type Transfer = Base<'transfer'> & {
  amount: Money
  amount_reversed: Money
  balance_transaction: string
  currency: string
  description: null
  destination: string
  destination_payment: string
  metadata: Metadata
  reversals: EmptyList
  reversed: boolean
  source_transaction: string
  source_type: string
  transfer_group: string
}

export type ApplicationFee = Base<'application_fee'> & {
  account: string
  amount: Money
  amount_refunded: Money
  application: string
  balance_transaction: string
  charge: string
  currency: string
  fee_source: { charge: string; type: 'charge' }
  originating_transaction: string | null
  refunded: boolean
  refunds: EmptyList
}

export type TestClock = Base<'test_helpers.test_clock'> & {
  deletes_after: number
  frozen_time: number
  name: string | null
  status: 'ready'
  status_details: Record<string, unknown>
}
