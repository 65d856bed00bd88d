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
  /** Payments, or channels, that the reader may see; of an operator, all of them. */
  size: number
  settledCount: number
  amountBase: string
  /** Payments that it moves: of channels their vouchers. */
  payments: number
  /** Units that channels delivered for it; null for single payments. */
  units: string | null
  error: string | null
  /** Why its outcome is not booked yet, at the last look. */
  waitsFor: string | null
  transactionId: string | null
  /** Hash of its transaction once that is included. */
  hash: string | null
  /** What the whole transaction cost, wei of the network's gas token; null before inclusion. */
  feeWei: string | null
  /** feeWei over all payments of the batch. */
  feePerPaymentWei: string | null
  /** Gas of the whole transaction, and what one transaction for each of its payments would have cost at the same price. */
  gasUsed: string | null
  feeSeparateWei: string | null
  /** The payer signed the transaction and paid its gas. */
  paidByPayer: boolean
}

/** Books and chain of one pay-to address at its last comparison. */
export type ReconciliationView = {
  network: NetworkLabel
  token: TokenLabel
  address: string
  blockNumber: string
  at: string
  openingBase: string
  ledgerBase: string
  chainBase: string
  /** chain − opening − ledger; "0" when they agree. */
  differenceBase: string
}
