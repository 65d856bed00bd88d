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
import type {
  ApplicationFee,
  DepositAddress,
  TakenTransaction,
  TaxCalculation,
  TaxTransaction,
  TestClock,
  Transfer,
} from './platform-objects'

/** What the store keeps, by the name that its journal uses. */
export type Objects = {
  account: Account
  application_fee: ApplicationFee
  balance_transaction: BalanceTransaction
  chain_payment: TakenTransaction
  charge: Charge
  clock_offset: ClockOffset
  customer: Customer
  delivery: Delivery
  deposit_address: DepositAddress
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
  tax_calculation: TaxCalculation
  tax_transaction: TaxTransaction
  test_clock: TestClock
  transfer: Transfer
  webhook_endpoint: WebhookEndpoint
}

export type Kind = keyof Objects
