import type { ReceiptHeaders, SettlementState, PaymentStatus } from './Payment'
import type { RefundStatus } from './Refund'

/**
 * The status of a payment, for an agent that lost the answer. Amounts are decimal strings of base units; times are ISO 8601.
 */

export type PublicRefund = { status: RefundStatus; amountBase: string; transaction: string | null }

/** For every holder of a hash or a claim: what the chain shows anyway, and whether the payer got an answer or a refund. */
export type PublicPaymentStatus = {
  status: PaymentStatus
  settlement: SettlementState
  network: string
  asset: string
  amountBase: string
  /** The transaction that moved the money, or else the last one that was signed for it; null if there is none. */
  transaction: string | null
  /** Index of the transfer in it, once it was found. */
  logIndex: number | null
  settledAt: string | null
  /** Refunds in total, due or paid. */
  refundedBase: string
  /** Oldest first, without withdrawn ones. */
  refunds: PublicRefund[]
  /** The newest of them; null if there is none. */
  refund: PublicRefund | null
}

/** For the agent and the merchant. The answer itself needs the credential and the same request. */
export type FullPaymentStatus = PublicPaymentStatus & {
  id: string
  wire: string
  scheme: string
  payer: string
  payTo: string
  createdAt: string
  deliveredAt: string | null
  /** Until when the same request with the same credential gets the answer again; null if it is not stored. */
  answerUntil: string | null
  reason: string | null
  /** Null if facilitated: another server sold it. */
  resource: { merchant: string; method: string; path: string; name: string } | null
  /** Headers of the paid answer, in order; empty before the money moved. */
  receipt: ReceiptHeaders
}

/** A transaction, or a nonce, can match several payments. */
export type PaymentLookup =
  | { kind: 'one'; payment: FullPaymentStatus | PublicPaymentStatus }
  | { kind: 'several'; payments: readonly PublicPaymentStatus[] }
