import type {
  Account,
  BalanceTransaction,
  Charge,
  ClockOffset,
  Customer,
  Delivery,
  Dispute,
  DueTask,
  EarlyFraudWarning,
  Event,
  GrantedToken,
  Intent,
  KeptReply,
  PaymentMethod,
  Payout,
  Refund,
  WebhookEndpoint,
} from './objects'

/** What the store keeps, by the name that its journal uses. */
export type Objects = {
  account: Account
  balance_transaction: BalanceTransaction
  charge: Charge
  clock_offset: ClockOffset
  customer: Customer
  delivery: Delivery
  dispute: Dispute
  due_task: DueTask
  early_fraud_warning: EarlyFraudWarning
  event: Event
  granted_token: GrantedToken
  kept_reply: KeptReply
  payment_intent: Intent
  payment_method: PaymentMethod
  payout: Payout
  refund: Refund
  webhook_endpoint: WebhookEndpoint
}

export type Kind = keyof Objects
