import type { Caip2 } from '@/lib/money'

/** Refunds of a payment: one that the engine owes, or any number that members request. */

/** `cancelled`: withdrawn before any money left. */
export const statuses = ['due', 'sent', 'paid', 'cancelled'] as const
export type RefundStatus = (typeof statuses)[number]

/** `engine`: money moved without an answer. `member`: a member returns what was earned. */
export const kinds = ['engine', 'member'] as const
export type RefundKind = (typeof kinds)[number]

/** `signer`: the refund wallet of this server pays. `wallet`: a wallet of the merchant does, and names its transaction. */
export type RefundSource = 'signer' | 'wallet'

/** A refund that a wallet of the merchant pays. Addresses canonical, amounts base units. */
export type OwnRefund = {
  id: string
  paymentId: string
  merchantId: string
  network: Caip2
  asset: string
  to: string
  wallet: string
  amountBase: bigint
  status: RefundStatus
  txHash: string | null
  /** Where its transfer was seen; null before that. */
  logIndex: number | null
  blockNumber: bigint | null
  /** Block of its payment: an older transfer cannot be its refund. Null if unknown. */
  paymentBlock: bigint | null
}
