import type { Simulation, Transaction } from '@/lib/execution'
import { ExecutionPolicy } from '@/lib/policies'

/**
 * A transaction as the API tells it. The shape is a promise to programs: members are added, never renamed or removed. Wei, gas
 * and numbers of blocks and nonces are decimal strings, times ISO 8601 in UTC, addresses lower-case; null is not known yet or
 * not asked for.
 */
export type ExecutionView = {
  id: string
  status: Transaction.TransactionStatus
  /**
   * What is known of its outcome at the finality that the intent waits for: pending until then; afterwards succeeded, reverted,
   * or not-executed (cancelled, expired or failed: proven never to have run).
   */
  outcome: 'pending' | 'succeeded' | 'reverted' | 'not-executed'
  /** Nothing more will happen to it. */
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
  /** Most that it may cost. */
  maxFee: string | null
  hash: string | null
  block: { number: string; hash: string } | null
  gasUsed: string | null
  gasPrice: string | null
  /** Of an OP-stack chain, for its data. */
  l1Fee: string | null
  /** All that it cost. */
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
  /** What its inclusion did otherwise than the simulation said: { matched, differences }. */
  drift: unknown
  attempts: readonly ExecutionAttempt[]
  intent: ExecutionIntent | null
  links: { self: string; events: string; cancel: string; speedUp: string; receipt: string }
}

/** One signed broadcast. */
export type ExecutionAttempt = {
  seq: number
  hash: string
  /** cancel: nothing, sent to itself on the same nonce. */
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
  /** What the node said last. */
  answer: string | null
}

/** The request that it carries out. */
export type ExecutionIntent = {
  id: string
  idempotencyKey: string | null
  /** Place of this transaction among those of the intent. */
  position: number
  transactions: readonly { id: string; position: number; status: Transaction.TransactionStatus }[]
  finality: ExecutionPolicy.PolicyFinality
  callbackUrl: string | null
  asker: { kind: 'key' | 'agent' | 'member'; id: string } | null
  policy: { id: string; version: number } | null
  /** What each rule said. */
  decision: unknown
  paymentId: string | null
  channelId: string | null
  createdAt: string
}

const weight = { included: 0, safe: 1, final: 2 } as const

/** What counts at a finality. Pure. */
export function outcomeOf(
  { status, error, cancelled }: { status: Transaction.TransactionStatus; error: string | null; cancelled: boolean },
  finality: ExecutionPolicy.PolicyFinality,
): ExecutionView['outcome'] {
  switch (status) {
    case 'included':
    case 'safe':
      if (weight[status] < ExecutionPolicy.finalities.indexOf(finality)) return 'pending'
      // That it did not run is said only when nothing can undo it.
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
