import type { ReceiptHeaders } from './Payment'

/** Where a payment's transfer is on chain. */
export type TransferProof = { paymentId: string; txHash: string; logIndex: number; blockNumber: bigint }

/** A payment that charged zero has no transfer. */
export type NoTransferProof = { paymentId: string; txHash: null; logIndex: null; blockNumber: null }

/** A proof with the receipt that the agent gets for it. */
export type SettlementBooking = (TransferProof | NoTransferProof) & { receipt: ReceiptHeaders }
