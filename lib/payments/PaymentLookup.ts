import type { ReceiptHeaders, SettlementState, PaymentStatus } from './Payment'

/** What became of a payment, for those who lost the answer. Amounts are decimal strings of base units, times ISO 8601. */

/** For everybody who has a hash or a claim: what the chain tells anyhow, and whether the payer got anything for it. */
export type PublicPaymentStatus = {
  status: PaymentStatus
  settlement: SettlementState
  network: string
  asset: string
  amountBase: string
  /** The transaction that moved the money, or the one that was last sent to; null when none was. */
  transaction: string | null
  /** Of the transfer in it, once it was seen. */
  logIndex: number | null
  settledAt: string | null
  refund: { status: 'due' | 'sent' | 'paid'; amountBase: string; transaction: string | null } | null
}

/** For those who paid and sold. The answer itself is given for the credential only, to the same request. */
export type FullPaymentStatus = PublicPaymentStatus & {
  id: string
  wire: string
  scheme: string
  payer: string
  payTo: string
  createdAt: string
  deliveredAt: string | null
  /** Until when the same request with the same credential gets the answer again; null when it is not kept. */
  answerUntil: string | null
  reason: string | null
  /** Null where the payment was facilitated: what it bought is sold elsewhere. */
  resource: { merchant: string; method: string; path: string; name: string } | null
  /** Headers of the paid answer, in order; none before the money moved. */
  receipt: ReceiptHeaders
}

/** A transaction, or a nonce, can stand for several. */
export type PaymentLookup =
  | { kind: 'one'; payment: FullPaymentStatus | PublicPaymentStatus }
  | { kind: 'several'; payments: readonly PublicPaymentStatus[] }
