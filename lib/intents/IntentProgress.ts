import type { Hex } from 'viem'
import { Transaction } from '@/lib/execution'
import type { ExecutionPolicy } from '@/lib/policies'

/** How far an intent has progressed. Pure. */
export type IntentProgress = {
  intentId: string
  /** The finality at which it counts as done. */
  finality: ExecutionPolicy.PolicyFinality
  /** In their order, at least one. */
  transactions: readonly ProgressPart[]
}

export type ProgressPart = {
  id: string
  status: Transaction.TransactionStatus
  /** Hash of the included attempt, else of the last signed one. */
  hash: Hex | null
  blockNumber: bigint | null
  /** Why it reverted, or will never run. */
  error: string | null
  heldReason: string | null
  /** True if the included attempt only used up the nonce. */
  isCancelling: boolean
}

/** `done`: it succeeded. `failed`: all or part of it did not happen, finally. `doomed`: the same, but not final yet. */
export type ProgressVerdict = 'pending' | 'done' | 'doomed' | 'failed'

const levels: readonly Transaction.TransactionStatus[] = ['included', 'safe', 'final']

/** The verdict now. */
export function verdict({ finality, transactions }: IntentProgress): ProgressVerdict {
  const verdicts = transactions.map((part) => judge(part, finality))
  if (verdicts.includes('failed')) return 'failed'
  if (verdicts.includes('doomed')) return 'doomed'
  return verdicts.every((one) => one === 'done') ? 'done' : 'pending'
}

/** Why it is `doomed` or `failed`. */
export function reason({ finality, transactions }: IntentProgress): string | undefined {
  const wrong = transactions.find((part) => ['failed', 'doomed'].includes(judge(part, finality)))
  return wrong && (wrong.error ?? (wrong.isCancelling ? 'It was cancelled.' : `It is ${wrong.status}.`))
}

function judge(
  { status, error, isCancelling }: ProgressPart,
  finality: ExecutionPolicy.PolicyFinality,
): ProgressVerdict {
  if (Transaction.isFinal(status)) return status === 'final' ? 'done' : 'failed'
  const level = levels.indexOf(status)
  if (level < 0) return 'pending'
  if (error !== null || isCancelling) return 'doomed'
  return level >= levels.indexOf(finality) ? 'done' : 'pending'
}
