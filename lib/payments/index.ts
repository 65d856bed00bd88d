export { acceptPayment, type AcceptInput, type ClaimCompanion } from './accept-payment'
export { admitWallet, hasAccess, type AccessGrant } from './access-grants'
export { captureCharges } from './capture-charges'
export { deliverIn, deliverPayment, isKept, type Delivery } from './deliver-payment'
export { reserves } from './exposure'
export { expireDue, expirePayment, forgetAnswers, toExpire } from './expire-due'
export { foldSales, toFold } from './fold-sales'
export { findClaim, type EarlierClaim } from './find-claim'
export type * as PricingFacts from './PricingFacts'
export * as Fingerprint from './Fingerprint'
export { findPaymentIds, findPaymentStatus } from './find-payment-status'
export { getPayment } from './get-payment'
export { listPayments, listPaymentsOf, listSpending } from './list-payments'
export { listRefunds, listRefundsOwed } from './list-refunds'
export { letGo, resumePayment, startUpstream } from './own-payment'
export * as Payment from './Payment'
export * as PaymentFilter from './PaymentFilter'
export * as PaymentKey from './PaymentKey'
export type * as PaymentLookup from './PaymentLookup'
export type * as PaymentView from './PaymentView'
export type * as Protocol from './Protocol'
export { refundDelivered, refundPayment } from './refund-payment'
export { bookAtOnce, type LandedPayment } from './book-at-once'
export {
  beginPart,
  beginSettling,
  bookFailed,
  bookSettled,
  findSettling,
  lockSettling,
  lockUnsettled,
  settlingEvents,
  unsettle,
  type SettlementBooking,
  type TransferProof,
  type SettlingPayment,
  type NoTransferProof,
} from './settle-payments'
export { beginElsewhere, bookLate, findPayment, lockPayment } from './begin-remote-settlement'
export { bookSettledAgain, takeBackSettled } from './take-back-settled'
export * as PaymentTimeline from './PaymentTimeline'
export { voidPayments } from './void-payments'
export { mustSettleFirst, settlesFirstHours } from './must-settle-first'
export { findMilestones, type Milestones } from './find-milestones'
export * as DateRange from './DateRange'
export type { PriceReplay } from './PriceReplay'
export { replayPrices } from './replay-prices'
export { summarizePayments, type EarningsSummary } from './summarize-payments'
