import type { NetworkLabel } from '@/lib/chains'
import type { OperatorAction } from '../OperatorAction'
import type { SimulationDrift } from '../simulate/compare-inclusion'
import type { BalanceChange, Simulation, SimulatedTransfer } from '../simulate/Simulation'
import type { statuses } from './TransactionFilter'

/** Transactions as pages show them: plain data. Wei and gas are decimal strings, times ISO 8601. */

export type TransactionListRow = {
  id: string
  createdAt: string
  status: (typeof statuses)[number]
  network: NetworkLabel
  /** call: this server signed. raw: the payer signed. */
  kind: string
  purpose: string
  /** Name of the called function, if it can be read. */
  call: string | null
  signer: string
  nonce: string | null
  attempts: number
  hash: string | null
  blockNumber: string | null
  /** Gas used × price plus an OP-stack chain's data fee, wei of the network's gas token; null before inclusion. */
  feeWei: string | null
  heldReason: string | null
  error: string | null
}

export type AttemptView = {
  seq: number
  hash: string
  /** call, or cancel, which only uses up the nonce. */
  kind: string
  /** One price, no tip. */
  legacy: boolean
  /** Sent to the private endpoint only. */
  private: boolean
  maxFeePerGasWei: string
  tipPerGasWei: string
  gas: string
  signedAt: string
  firstBroadcastAt: string | null
  lastBroadcastAt: string | null
  broadcasts: number
  /** The node's last answer. */
  answer: string | null
  /** Host of the endpoint that gave it. */
  endpoint: string | null
}

/** How to show amounts of an asset. */
export type AssetUnit = { symbol: string; decimals: number }

/** A simulation with its amounts' units. */
export type SimulationView = Omit<Simulation, 'transfers' | 'changes'> & {
  transfers: (SimulatedTransfer & { unit: AssetUnit })[] | null
  changes: (BalanceChange & { unit: AssetUnit })[]
}

/** The request that a transaction carries out. */
export type IntentView = {
  id: string
  createdAt: string
  asker: { kind: 'key' | 'agent' | 'member'; id: string } | null
  idempotencyKey: string | null
  paymentId: string | null
  channelId: string | null
  resourceId: string | null
  policy: { id: string; version: number } | null
  /** The result of each policy rule. */
  rules: { rule: string; ok: boolean; detail: string }[]
  /** included | safe | final: when its outcome counts. */
  finality: string
  /** Position among the request's transactions, from 0. */
  position: number
  transactions: { id: string; position: number; status: TransactionListRow['status'] }[]
}

export type TransactionDetail = TransactionListRow & {
  merchantId: string | null
  to: string | null
  /** First four bytes of the call data. */
  selector: string | null
  dataBytes: number
  valueWei: string
  gasLimit: string | null
  urgency: string
  submission: string
  deadlineAt: string | null
  /** Most that it may cost in fees. */
  maxFeeWei: string | null
  retryOf: string | null
  cancelAskedAt: string | null
  cancelReason: string | null
  /** The last simulation before signing. */
  simulation: SimulationView | null
  /** The simulation that the requester accepted. */
  accepted: SimulationView | null
  /** How the inclusion differs from the simulation; null before inclusion, and if there is nothing to compare. */
  drift: SimulationDrift | null
  intent: IntentView | null
  blockHash: string | null
  gasUsed: string | null
  gasPriceWei: string | null
  l1FeeWei: string | null
  logs: number | null
  dueAt: string
  expiresAt: string | null
  submittedAt: string | null
  includedAt: string | null
  safeAt: string | null
  finalAt: string | null
  attemptList: AttemptView[]
  /** Why each action is not possible now, as a sentence; null if it is. */
  whyNot: Record<OperatorAction, string | null>
}

const ended: readonly TransactionListRow['status'][] = ['final', 'reverted', 'cancelled', 'expired', 'failed']

/** True if nothing more will happen to it. */
export function isEnded(status: TransactionListRow['status']): boolean {
  return ended.includes(status)
}

/** The current state and the next step, in words. */
export function story(row: Pick<TransactionListRow, 'status' | 'heldReason' | 'error'>): string {
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
      return `Given up${row.error ? `: ${row.error}` : ''}. It never ran and never will.`
    case 'failed':
      return `Proven that it never ran and never will${row.error ? `: ${row.error}` : ''}.`
  }
}
