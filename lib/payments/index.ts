export { acceptPayment, type AcceptInput, type Besides } from './accept-payment'
export { admitWallet, hasAccess, type Access } from './access-grants'
export { captureCharges } from './capture-charges'
export { deliverIn, deliverPayment, isKept, type Delivery } from './deliver-payment'
export { reserves } from './exposure'
export { expireDue, expirePayment, forgetAnswers, toExpire } from './expire-due'
export { foldSales, toFold } from './fold-sales'
export { findClaim, type Claim } from './find-claim'
export type * as Facts from './Facts'
export * as Fingerprint from './Fingerprint'
export { findPaymentIds, findPaymentStatus } from './find-payment-status'
export { getPayment } from './get-payment'
export { listPayments, listPaymentsOf, listSpending } from './list-payments'
export { listRefunds, listRefundsOwed } from './list-refunds'
export { letGo, resumePayment, startUpstream } from './own-payment'
export * as Payment from './Payment'
export * as PaymentFilter from './PaymentFilter'
export * as PaymentKey from './PaymentKey'
export type * as PaymentStatus from './PaymentStatus'
export type * as PaymentView from './PaymentView'
export type * as Protocol from './Protocol'
export { refundDelivered, refundPayment } from './refund-payment'
export { bookAtOnce, type Landed } from './book-at-once'
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
  type Booking,
  type Proof,
  type Settling,
  type Uncharged,
} from './settle-payments'
export { beginElsewhere, bookLate, findPayment, lockPayment } from './settle-elsewhere'
export { bookSettledAgain, takeBackSettled } from './take-back-settled'
export * as Timeline from './Timeline'
export { voidPayments } from './void-payments'
export { mustSettleFirst, settlesFirstHours } from './must-settle-first'
export { findMilestones, type Milestones } from './find-milestones'
export * as Range from './Range'
export type { Replay } from './Replay'
export { replayPrices } from './replay-prices'
export { summarizePayments, type Summary } from './summarize-payments'
