import { sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

export type AttemptAction = 'authorise' | 'capture' | 'cancel' | 'refund' | 'evidence' | 'accept'
/** `sent` is unknown: it may have happened. */
export type AttemptState = 'sent' | 'succeeded' | 'failed'

/** One call to a party that moves money off chain. */
export type ExternalAttempt = {
  id: string
  paymentId: string
  refundId: string | null
  network: Caip2
  action: AttemptAction
  key: string
  amountBase: bigint
  status: AttemptState
  externalId: string | null
  outcome: AttemptOutcome
  reason: string | null
  createdAt: Date
  looks: number
}

/** What the other party said, for people and for the books. Amounts as decimal strings. */
export type AttemptOutcome = {
  status?: string
  /** Why it was declined, in the other party's code. */
  code?: string
  chargeId?: string
  feeBase?: string
  balanceTransactionId?: string
}

export const columns: Sql = sql`
  external_attempt.id, external_attempt.payment_id, external_attempt.refund_id, external_attempt.network, external_attempt.action,
  external_attempt.key, external_attempt.amount_base, external_attempt.status, external_attempt.external_id,
  external_attempt.outcome, external_attempt.reason, external_attempt.created_at, external_attempt.looks`

/**
 * The idempotency key of an action on a payment. A payment has one of each, so a repeat cannot be done twice; a refund that failed
 * for good, and an answer to a dispute, is tried under the next `round`.
 */
export function keyOf(action: 'authorise' | 'capture' | 'cancel', paymentId: string): string
export function keyOf(action: 'refund' | 'evidence' | 'accept', id: string, round: number): string
export function keyOf(action: AttemptAction, id: string, round = 0): string {
  return `sluice_${action}_${id}${round === 0 ? '' : `_${round}`}`
}
