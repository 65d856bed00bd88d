import type { NetworkLabel } from '@/lib/chains'
import type { statuses } from './TransactionFilter'

/** Transactions as pages show them: plain data. Wei and gas are decimal strings, times ISO 8601. */

export type Row = {
  id: string
  createdAt: string
  status: (typeof statuses)[number]
  network: NetworkLabel
  /** call: we signed. raw: the payer signed. */
  kind: string
  purpose: string
  signer: string
  nonce: string | null
  attempts: number
  hash: string | null
  blockNumber: string | null
  /** gas used × price, wei of the network's gas token; null before inclusion. */
  feeWei: string | null
  heldReason: string | null
  error: string | null
}

export type Attempt = {
  seq: number
  hash: string
  maxFeePerGasWei: string
  tipPerGasWei: string
  gas: string
  signedAt: string
  firstBroadcastAt: string | null
  lastBroadcastAt: string | null
  broadcasts: number
  /** What the node said last. */
  answer: string | null
}

export type Detail = Row & {
  to: string | null
  /** First four bytes of the call data. */
  selector: string | null
  dataBytes: number
  valueWei: string
  gasLimit: string | null
  simulation: Record<string, unknown> | null
  blockHash: string | null
  gasUsed: string | null
  gasPriceWei: string | null
  logs: number | null
  dueAt: string
  expiresAt: string | null
  submittedAt: string | null
  includedAt: string | null
  safeAt: string | null
  finalAt: string | null
  attemptList: Attempt[]
}
