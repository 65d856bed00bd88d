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

const ended: readonly Row['status'][] = ['final', 'reverted', 'cancelled', 'expired', 'failed']

/** Whether nothing more will happen to it. */
export function isEnded(status: Row['status']): boolean {
  return ended.includes(status)
}

/** Where it stands and what happens next, in words. */
export function story(row: Pick<Row, 'status' | 'heldReason' | 'error'>): string {
  switch (row.status) {
    case 'queued':
      return 'Waits for its turn: it will be simulated, priced and signed.'
    case 'signed':
      return 'Signed and stored; its bytes are about to be broadcast.'
    case 'submitted':
      return 'Broadcast and not in a block yet. It is sent again, or replaced with higher fees, until it is.'
    case 'included':
      return 'In a block. It is watched until that block is final, and sent again should the block leave the chain.'
    case 'safe':
      return 'In a block that is safe; it is watched until that block is final.'
    case 'final':
      return 'In a final block: nothing more can happen to it.'
    case 'reverted':
      return `It ran and reverted${row.error ? `: ${row.error}` : ''}. It moved nothing.`
    case 'held':
      return `Held${row.heldReason ? `: ${row.heldReason}` : ''}. It resumes by itself.`
    case 'expired':
      return 'It can no longer be included, and never was.'
    case 'cancelled':
      return 'Cancelled before anything was signed.'
    case 'failed':
      return `Proven that it never ran and never will${row.error ? `: ${row.error}` : ''}.`
  }
}
