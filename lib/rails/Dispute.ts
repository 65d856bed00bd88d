import { sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** A disputed payment, as its row holds it. Amounts in the unit of the rail. */

export const statuses = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'won',
  'lost',
  'prevented',
] as const
export type DisputeStatus = (typeof statuses)[number]

export type Dispute = {
  id: string
  merchantId: string
  paymentId: string
  network: Caip2
  asset: string
  externalId: string
  status: DisputeStatus
  reason: string
  networkReason: string | null
  amountBase: bigint
  withdrawnBase: bigint
  feeBase: bigint
  lostBase: bigint
  progress: number
  dueBy: Date | null
  evidence: Readonly<Record<string, string>>
  openedAt: Date
  submittedAt: Date | null
  acceptedAt: Date | null
  closedAt: Date | null
}

export const columns: Sql = sql`
  dispute.id, dispute.merchant_id, dispute.payment_id, dispute.network, dispute.asset, dispute.external_id, dispute.status,
  dispute.reason, dispute.network_reason, dispute.amount_base, dispute.withdrawn_base, dispute.fee_base, dispute.lost_base,
  dispute.progress, dispute.due_by, dispute.evidence, dispute.opened_at, dispute.submitted_at, dispute.accepted_at, dispute.closed_at`

/** Whether the merchant can still answer or accept it. */
export function isAnswerable({ status }: { status: DisputeStatus }): boolean {
  return status === 'needs_response' || status === 'warning_needs_response'
}

export function isClosed({ status }: { status: DisputeStatus }): boolean {
  return status === 'won' || status === 'lost' || status === 'prevented' || status === 'warning_closed'
}

/** Whether a reading of the dispute is as new as the row: each movement of money, then each status, is a step. */
export function progressOf(status: DisputeStatus, movements: number): number {
  return movements * 10 + steps[status]
}

const steps: Record<DisputeStatus, number> = {
  warning_needs_response: 0,
  warning_under_review: 1,
  warning_closed: 2,
  needs_response: 3,
  under_review: 4,
  prevented: 5,
  won: 6,
  lost: 6,
}
