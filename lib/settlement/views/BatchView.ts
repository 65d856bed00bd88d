import type { NetworkLabel, TokenLabel } from '@/lib/chains'
import type { forms, statuses } from './BatchFilter'

/** Settlement batches as pages show them: plain data. Amounts and wei are decimal strings, times ISO 8601. */

export type BatchListRow = {
  id: string
  createdAt: string
  appliedAt: string | null
  status: (typeof statuses)[number]
  form: (typeof forms)[number]
  network: NetworkLabel
  token: TokenLabel
  /** Payments or channels of the reader; all of them for an operator. */
  size: number
  settledCount: number
  amountBase: string
  /** Payments in the batch; for channels their vouchers. */
  payments: number
  /** Units that channels delivered; null for single payments. */
  units: string | null
  error: string | null
  /** Why the outcome is not booked, as of the last look. */
  waitsFor: string | null
  transactionId: string | null
  /** Hash of its transaction once it is included. */
  hash: string | null
  /** Fee of the whole transaction, wei of the network's gas token; null before inclusion. */
  feeWei: string | null
  /** feeWei divided by the batch's payments. */
  feePerPaymentWei: string | null
  /** Gas of the whole transaction, and the fee of separate transactions for each payment at the same price. */
  gasUsed: string | null
  feeSeparateWei: string | null
  /** What sharing the transaction saved at that price; null if nothing was shared. */
  savedWei: string | null
  /** The payer signed the transaction and paid its gas. */
  paidByPayer: boolean
}

/** Books and chain of one pay-to address at the last comparison. */
export type ReconciliationView = {
  network: NetworkLabel
  token: TokenLabel
  address: string
  blockNumber: string
  at: string
  openingBase: string
  ledgerBase: string
  chainBase: string
  /** chain − opening − ledger; "0" if they agree. */
  differenceBase: string
}
