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
  // Back to submitted: a reorganisation took the block away.
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

/** Nothing moves any more. */
export function isFinal(status: TransactionStatus): boolean {
  return transitions[status].length === 0
}

/** What the dashboard shows among the open problems. */
export function isProblem(status: TransactionStatus): boolean {
  return status === 'held' || status === 'reverted' || status === 'expired' || status === 'failed'
}

/** We sign it, on a nonce of our lane; the payer's own is only broadcast, and Solana has no lanes. */
export function isOurs({ kind }: Pick<Transaction, 'kind'>): boolean {
  return kind === 'call' || kind === 'calls'
}

/** What was included only took the nonce: the call itself did not run. */
export function isCancelled({ hash, attempts }: Pick<Transaction, 'hash' | 'attempts'>): boolean {
  return hash !== null && attempts.some((attempt) => attempt.hash === hash && attempt.kind === 'cancel')
}

/** A transaction as its driver and its tracker see it. */
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
  /** For svm only: what to do, where it is ours alone; null where its bytes are the payer's too. */
  instructions: readonly Svm.Message.SvmInstruction[] | null
  /** Wei. */
  value: bigint
  gasLimit: bigint | null
  urgency: CallUrgency
  submission: Submission
  /** Most that it may cost in fees, wei. */
  maxFeeWei: bigint | null
  /** Milliseconds until it is given up, by the database's clock; negative when that is over. */
  deadlineInMs: number | null
  /** Why it shall be cancelled; null when nobody asked for it. */
  cancelReason: string | null
  /** Since somebody asked for a replacement, by the database's clock. */
  speedUpAgeMs: number | null
  status: TransactionStatus
  nonce: bigint | null
  /** The lease under which this copy was read; a write with an older one changes nothing. */
  epoch: number
  heldReason: string | null
  error: string | null
  hash: string | null
  blockNumber: bigint | null
  blockHash: string | null
  /** How often a reorganisation has taken its block back. */
  reorgs: number
  /** Unix milliseconds; for raw only. */
  expiresAtMs: number | null
  /** Since it was queued, by the database's clock. */
  ageMs: number
  /** A simulation that the caller handed in when it was queued. */
  simulation: Simulation | null
  /** The simulation that whoever asked for it has seen; a later one that differs is drift. */
  accepted: Simulation | null
  attempts: readonly Attempt.Attempt[]
}
