/**
 * Stripe's objects as this server keeps them. Field names are Stripe's. Amounts are bigint here and integers on the wire;
 * fields that begin with `_` are ours and never leave the server.
 */
export type Money = bigint
export type Metadata = Record<string, string>

export type Base<Name extends string> = { id: string; object: Name; created: number; livemode: false }

export type PaymentMethod = Base<'payment_method'> & {
  type: 'card' | 'us_bank_account' | 'crypto'
  customer: string | null
  billing_details: BillingDetails
  metadata: Metadata
  card?: Record<string, unknown>
  us_bank_account?: Record<string, unknown>
  crypto?: Record<string, unknown>
  /** Where a crypto payment happened. */
  _chainPayment?: Record<string, string>
  /** The name of Stripe's test payment method that it was made of: decides what happens to its charges. */
  _magic: string
}

export type BillingDetails = { address: null; email: string | null; name: string | null; phone: null; tax_id: null }

export type Customer = Base<'customer'> & {
  email: string | null
  name: string | null
  description: string | null
  metadata: Metadata
}

export type GrantedToken = Base<'shared_payment.granted_token'> & {
  agent_details: { network_business_profile: string | null }
  deactivated_at: number | null
  deactivated_reason: 'consumed' | 'expired' | 'resolved' | 'revoked' | null
  payment_method_details: Record<string, unknown>
  risk_details: { insights: Record<string, unknown> } | null
  shared_metadata: Metadata
  usage_details: { amount_captured: { currency: string; value: Money } | null }
  usage_limits: { currency: string; expires_at: number | null; max_amount: Money }
  _paymentMethod: string
  /** The account that issued it, and reads it as an issued token. */
  _issuer: string
  _seller: { network_business_profile: string | null; external_id: string | null }
  /** The intent that holds it: authorised or processing, and not captured yet. */
  _intent: string | null
}

export type Intent = Base<'payment_intent'> & {
  amount: Money
  amount_capturable: Money
  amount_details: Record<string, unknown>
  amount_received: Money
  application: null
  application_fee_amount: Money | null
  automatic_payment_methods: { enabled: boolean; allow_redirects: string } | null
  canceled_at: number | null
  cancellation_reason: string | null
  capture_method: 'automatic' | 'automatic_async' | 'manual'
  client_secret: string
  confirmation_method: 'automatic' | 'manual'
  currency: string
  customer: string | null
  description: string | null
  hooks?: { inputs: { tax: { calculation: string } } }
  last_payment_error: Record<string, unknown> | null
  latest_charge: string | null
  metadata: Metadata
  next_action: Record<string, unknown> | null
  on_behalf_of: string | null
  payment_method: string | null
  payment_method_options: Record<string, unknown>
  payment_method_types: string[]
  processing: null
  receipt_email: string | null
  review: null
  setup_future_usage: string | null
  shared_payment_granted_token?: string
  shipping: null
  source: null
  statement_descriptor: string | null
  statement_descriptor_suffix: string | null
  status:
    | 'canceled'
    | 'processing'
    | 'requires_action'
    | 'requires_capture'
    | 'requires_confirmation'
    | 'requires_payment_method'
    | 'succeeded'
  transfer_data: { destination: string; amount?: Money } | null
  transfer_group: string | null
  /** From when a search finds it, in seconds of the server's clock. */
  _searchableAt: number
}

export type Charge = Base<'charge'> & {
  amount: Money
  amount_captured: Money
  amount_refunded: Money
  application: null
  application_fee: string | null
  application_fee_amount: Money | null
  balance_transaction: string | null
  billing_details: BillingDetails
  calculated_statement_descriptor: string | null
  captured: boolean
  currency: string
  customer: string | null
  description: string | null
  disputed: boolean
  failure_balance_transaction: null
  failure_code: string | null
  failure_message: string | null
  fraud_details: Record<string, string>
  metadata: Metadata
  on_behalf_of: string | null
  outcome: Record<string, unknown> | null
  paid: boolean
  payment_intent: string
  payment_method: string
  payment_method_details: Record<string, unknown>
  receipt_email: string | null
  receipt_number: null
  receipt_url: string | null
  refunded: boolean
  review: null
  shipping: null
  source: null
  source_transfer: null
  statement_descriptor: string | null
  statement_descriptor_suffix: string | null
  status: 'failed' | 'pending' | 'succeeded'
  transfer?: string
  transfer_data: { destination: string; amount: Money | null } | null
  transfer_group: string | null
  _magic: string
  /** An inquiry leaves the charge refundable. */
  _dispute: 'charged_back' | 'inquiry' | null
}

export type Refund = Omit<Base<'refund'>, 'livemode'> & {
  amount: Money
  balance_transaction: string | null
  charge: string
  currency: string
  destination_details: Record<string, unknown>
  failure_balance_transaction?: string
  failure_reason?: string
  metadata: Metadata
  payment_intent: string
  reason: string | null
  receipt_number: null
  source_transfer_reversal: null
  status: 'canceled' | 'failed' | 'pending' | 'requires_action' | 'succeeded'
  transfer_reversal: string | null
}

export type BalanceTransaction = Omit<Base<'balance_transaction'>, 'livemode'> & {
  amount: Money
  available_on: number
  balance_type: 'payments'
  currency: string
  description: string | null
  exchange_rate: null
  fee: Money
  fee_details: { amount: Money; application: string | null; currency: string; description: string; type: string }[]
  net: Money
  reporting_category: string
  source: string | null
  type: string
  /** The automatic payout that carried it. */
  _payout: string | null
}

export type Dispute = Base<'dispute'> & {
  amount: Money
  /** Filled in when it leaves, from `_transactions`. */
  balance_transactions: []
  charge: string
  currency: string
  enhanced_eligibility_types: []
  evidence: Record<string, unknown>
  evidence_details: {
    due_by: number
    enhanced_eligibility: Record<string, unknown>
    has_evidence: boolean
    past_due: boolean
    submission_count: number
    submission_method: string
  }
  intended_submission_method: null
  is_charge_refundable: boolean
  metadata: Metadata
  network_reason_code: string
  payment_intent: string
  payment_method_details: Record<string, unknown>
  reason: string
  status:
    | 'lost'
    | 'needs_response'
    | 'under_review'
    | 'warning_closed'
    | 'warning_needs_response'
    | 'warning_under_review'
    | 'won'
  _transactions: string[]
}

export type EarlyFraudWarning = Base<'radar.early_fraud_warning'> & {
  actionable: boolean
  charge: string
  fraud_type: string
  payment_intent: string
}

export type Payout = Base<'payout'> & {
  amount: Money
  application_fee: null
  application_fee_amount: null
  arrival_date: number
  automatic: boolean
  balance_transaction: string | null
  currency: string
  description: string | null
  destination: string
  failure_balance_transaction: string | null
  failure_code: string | null
  failure_message: string | null
  metadata: Metadata
  method: string
  original_payout: null
  payout_method: null
  reconciliation_status: string
  reversed_by: null
  source_type: string
  statement_descriptor: null
  status: 'canceled' | 'failed' | 'in_transit' | 'paid' | 'pending'
  trace_id: { status: string; value: string } | null
  type: 'bank_account'
}

export type Event = Base<'event'> & {
  account?: string
  api_version: string
  data: { object: unknown; previous_attributes?: Record<string, unknown> }
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: string
}

export type WebhookEndpoint = Base<'webhook_endpoint'> & {
  api_version: string | null
  application: null
  description: string | null
  enabled_events: string[]
  metadata: Metadata
  status: 'disabled' | 'enabled'
  url: string
  _secret: string
  /** Receives the events of connected accounts too. */
  _connect: boolean
  /** Made by the options of `startStripe`: the next run moves it to its own address. */
  _isOwn: boolean
}

/** One event on its way to one endpoint. The row is removed when the endpoint has taken it, or after the last attempt. */
export type Delivery = { id: string; created: number; endpoint: string; event: string; attempts: number }

/** The stored answer of an idempotency key. */
export type KeptReply = {
  id: string
  created: number
  path: string
  fingerprint: string
  status: number
  body: string
  requestId: string
}

/** Work that is due at a time of the server's clock. */
export type DueTask = { id: string; created: number; atMs: number; task: string; target: string }

/** How far the server's clock is ahead of its source. One row. */
export type ClockOffset = { id: string; created: number; offsetMs: number }

export type Account = Base<'account'> & {
  business_profile: Record<string, unknown>
  business_type: string
  capabilities: Record<string, string>
  charges_enabled: boolean
  country: string
  default_currency: string
  details_submitted: boolean
  email: string | null
  external_accounts?: unknown
  metadata: Metadata
  payouts_enabled: boolean
  settings: Record<string, unknown>
  type: 'standard' | 'express' | 'custom'
  /** The secret key that acts for it; a connected account may have none. */
  _secretKey: string | null
  /** The Stripe business profile that tokens are bound to. */
  _profile: string | null
  /** The platform that reaches it by `Stripe-Account`. */
  _platform: string | null
}
