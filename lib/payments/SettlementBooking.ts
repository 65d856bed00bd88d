import type { ReceiptHeaders } from './Payment'

/** Where a payment's transfer is on chain. */
export type TransferProof = { paymentId: string; txHash: string; logIndex: number; blockNumber: bigint }

/** What proves a payment on a rail: an intent of Stripe, or a payment hash. It pays for one payment only. */
export type RailProof = { paymentId: string; txHash: string; logIndex: 0; blockNumber: null }

/** A payment that charged zero has no transfer. */
export type NoTransferProof = { paymentId: string; txHash: null; logIndex: null; blockNumber: null }

/** A proof with the receipt that the agent gets for it. */
export type SettlementBooking = (TransferProof | RailProof | NoTransferProof) & { receipt: ReceiptHeaders }
