import type { Simulation, Transaction } from '@/lib/execution'
import { ExecutionPolicy } from '@/lib/policies'

/**
 * A transaction in the API. Its shape is stable: members are added, never renamed or removed. Wei, gas, block numbers
 * and nonces are decimal strings, times are ISO 8601 in UTC, addresses are lower-case. Null means not yet known or
 * not requested.
 */
export type ExecutionView = {
  id: string
  status: Transaction.TransactionStatus
  /**
   * The outcome at the intent's finality: pending until then; after it succeeded, reverted, or not-executed
   * (cancelled, expired or failed: proven never to have run).
   */
  outcome: 'pending' | 'succeeded' | 'reverted' | 'not-executed'
  /** True if nothing more will happen to it. */
  ended: boolean
  network: string
  /** Our signer. */
  from: string
  to: string | null
  data: string
  value: string
  nonce: string | null
  urgency: string
  submission: string
  deadline: string | null
  /** Maximum fee. */
  maxFee: string | null
  hash: string | null
  block: { number: string; hash: string } | null
  gasUsed: string | null
  gasPrice: string | null
  /** Fee of an OP-stack chain for its data. */
  l1Fee: string | null
  /** The total fee. */
  fee: string | null
  heldReason: string | null
  error: string | null
  cancel: { askedAt: string; reason: string | null } | null
  createdAt: string
  submittedAt: string | null
  includedAt: string | null
  safeAt: string | null
  finalAt: string | null
  /** The last simulation, and the one that was accepted with the request. */
  simulation: Simulation.Simulation | null
  accepted: Simulation.Simulation | null
  /** The differences between the inclusion and the simulation: { matched, differences }. */
  drift: unknown
  attempts: readonly ExecutionAttempt[]
  intent: ExecutionIntent | null
  links: { self: string; events: string; cancel: string; speedUp: string; receipt: string }
}

/** One signed broadcast. */
export type ExecutionAttempt = {
  seq: number
  hash: string
  /** cancel: an empty transaction from the signer to itself, on the same nonce. */
  kind: string
  /** Wei per gas. */
  maxFeePerGas: string
  /** Wei per gas. */
  tipPerGas: string
  gas: string
  legacy: boolean
  private: boolean
  signedAt: string
  firstBroadcastAt: string | null
  lastBroadcastAt: string | null
  broadcasts: number
  /** The node's last answer. */
  answer: string | null
}

/** The request that it carries out. */
export type ExecutionIntent = {
  id: string
  idempotencyKey: string | null
  /** Place of this transaction within the intent. */
  position: number
  transactions: readonly { id: string; position: number; status: Transaction.TransactionStatus }[]
  finality: ExecutionPolicy.PolicyFinality
  callbackUrl: string | null
  asker: { kind: 'key' | 'agent' | 'member'; id: string } | null
  policy: { id: string; version: number } | null
  /** The verdict of each rule. */
  decision: unknown
  paymentId: string | null
  channelId: string | null
  createdAt: string
}

const weight = { included: 0, safe: 1, final: 2 } as const

/** The outcome at a finality. Pure. */
export function outcomeOf(
  { status, error, cancelled }: { status: Transaction.TransactionStatus; error: string | null; cancelled: boolean },
  finality: ExecutionPolicy.PolicyFinality,
): ExecutionView['outcome'] {
  switch (status) {
    case 'included':
    case 'safe':
      if (weight[status] < ExecutionPolicy.finalities.indexOf(finality)) return 'pending'
      // "Not executed" is reported only when it is final.
      if (cancelled) return 'pending'
      return error === null ? 'succeeded' : 'reverted'
    case 'final':
      return 'succeeded'
    case 'reverted':
      return 'reverted'
    case 'cancelled':
    case 'expired':
    case 'failed':
      return 'not-executed'
    default:
      return 'pending'
  }
}
