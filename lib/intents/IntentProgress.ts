import type { Hex } from 'viem'
import { Transaction } from '@/lib/execution'
import type { ExecutionPolicy } from '@/lib/policies'

/** How far something that was asked for has come. Pure. */
export type IntentProgress = {
  intentId: string
  /** From when on it counts as done. */
  finality: ExecutionPolicy.PolicyFinality
  /** In their order, at least one. */
  transactions: readonly ProgressPart[]
}

export type ProgressPart = {
  id: string
  status: Transaction.TransactionStatus
  /** Of the attempt that was included, or that was signed last. */
  hash: Hex | null
  blockNumber: bigint | null
  /** Why it reverted, or will never run. */
  error: string | null
  heldReason: string | null
  /** What was included only took the nonce. */
  isCancelling: boolean
}

/** `done`: as it was promised. `failed`: it did not happen, or not as a whole, for good. `doomed`: the same, and not final yet. */
export type ProgressVerdict = 'pending' | 'done' | 'doomed' | 'failed'

const levels: readonly Transaction.TransactionStatus[] = ['included', 'safe', 'final']

/** What can be said of it now. */
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
