import type { Hex } from 'viem'
import type { CallMember, CallPurpose, Submission, Svm, CallUrgency } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type * as Attempt from './Attempt'
import type { CallFailure, Simulation } from './simulate/Simulation'

export type { CallFailure, Simulation }

/**
 * Where an on-chain call stands, and where it can go from there. The only table of its kind: every UPDATE of a status is
 * guarded by `mayBecome`.
 *
 * queued     stored; nothing was signed, nothing can have happened
 * held       waits for something that a person or time brings (`held_reason`) and resumes by itself
 * signed     bytes are stored; they may or may not have left
 * submitted  bytes have left or may have left; whatever the node answered, only the chain knows
 * included   in a block that can still vanish; `error` is set when it ran and reverted
 * safe       in a block that the chain calls safe
 * final      in a final block, and it did what it should
 * reverted   in a final block, and it reverted
 * expired    its time ended before anything of ours was signed, or, for a payer's own, before a final block's time
 * cancelled  given up: before anything was signed, or by a transaction to itself that took its nonce in a final block
 * failed     proven never to run: it was never signed, or a foreign transaction used its nonce in a final block
 */
export const transitions = {
  queued: ['signed', 'held', 'cancelled', 'expired', 'failed'],
  held: ['signed', 'held', 'submitted', 'included', 'cancelled', 'expired', 'failed'],
  signed: ['submitted', 'held', 'included', 'expired', 'failed'],
  submitted: ['submitted', 'included', 'expired', 'failed'],
  // Back to submitted if a reorganisation removes the block.
  included: ['submitted', 'safe', 'final', 'reverted', 'cancelled'],
  safe: ['submitted', 'final', 'reverted', 'cancelled'],
  final: [],
  reverted: [],
  expired: [],
  cancelled: [],
  failed: [],
} as const satisfies Record<string, readonly string[]>

export type TransactionStatus = keyof typeof transitions

export const statuses = Object.keys(transitions) as TransactionStatus[]

/** The statuses from which this one can be reached: the guard of an UPDATE. */
export function mayBecome(status: TransactionStatus): TransactionStatus[] {
  return statuses.filter((from) => (transitions[from] as readonly TransactionStatus[]).includes(status))
}

/** True if the status can never change again. */
export function isFinal(status: TransactionStatus): boolean {
  return transitions[status].length === 0
}

/** True if the dashboard lists it as an open problem. */
export function isProblem(status: TransactionStatus): boolean {
  return status === 'held' || status === 'reverted' || status === 'expired' || status === 'failed'
}

/**
 * True if this server signs it, with a nonce of its lane. A payer's own transaction is only broadcast, and Solana has
 * no lanes.
 */
export function isOurs({ kind }: Pick<Transaction, 'kind'>): boolean {
  return kind === 'call' || kind === 'calls'
}

/** True if the included attempt only used up the nonce: the call did not run. */
export function isCancelled({ hash, attempts }: Pick<Transaction, 'hash' | 'attempts'>): boolean {
  return hash !== null && attempts.some((attempt) => attempt.hash === hash && attempt.kind === 'cancel')
}

/** A transaction as its driver and its tracker read it. */
export type Transaction = {
  id: string
  network: Caip2
  kind: 'call' | 'calls' | 'raw' | 'svm'
  /** Canonical address. */
  signer: string
  purpose: CallPurpose
  to: Hex | null
  data: Uint8Array | null
  /** For calls only. */
  calls: readonly CallMember[] | null
  /** Solana only: the instructions of our own transaction; null if the payer signed it too. */
  instructions: readonly Svm.Message.SvmInstruction[] | null
  /** Wei. */
  value: bigint
  gasLimit: bigint | null
  urgency: CallUrgency
  submission: Submission
  /** Most that it may cost in fees, wei. */
  maxFeeWei: bigint | null
  /** Milliseconds until its deadline, by the database's clock; negative after it. */
  deadlineInMs: number | null
  /** Why it is to be cancelled; null if no cancellation was requested. */
  cancelReason: string | null
  /** Milliseconds since a replacement was requested, by the database's clock. */
  speedUpAgeMs: number | null
  status: TransactionStatus
  nonce: bigint | null
  /** The lease under which this copy was read. A write with an older epoch changes nothing. */
  epoch: number
  heldReason: string | null
  error: string | null
  hash: string | null
  blockNumber: bigint | null
  blockHash: string | null
  /** How often a reorganisation has removed its block. */
  reorgs: number
  /** Unix milliseconds; for raw only. */
  expiresAtMs: number | null
  /** Milliseconds since it was queued, by the database's clock. */
  ageMs: number
  /** A simulation from the caller, stored when it was queued. */
  simulation: Simulation | null
  /** The simulation that the requester accepted. A later one that differs is drift. */
  accepted: Simulation | null
  attempts: readonly Attempt.Attempt[]
}
