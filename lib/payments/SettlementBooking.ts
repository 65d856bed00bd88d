import type { ReceiptHeaders } from './Payment'

/** Where on chain a payment's transfer was found. */
export type TransferProof = { paymentId: string; txHash: string; logIndex: number; blockNumber: bigint }

/** Of a payment that came to nothing there is no transfer. */
export type NoTransferProof = { paymentId: string; txHash: null; logIndex: null; blockNumber: null }

/** A proof with the receipt that the agent is given for it. */
export type SettlementBooking = (TransferProof | NoTransferProof) & { receipt: ReceiptHeaders }
