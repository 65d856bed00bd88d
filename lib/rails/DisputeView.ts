import type { NetworkLabel, TokenLabel } from '@/lib/chains'
import type { DisputeStatus } from './Dispute'

/** A dispute as pages show it. Amounts are decimal strings of base units. */
export type DisputeRow = {
  id: string
  paymentId: string
  externalId: string
  status: DisputeStatus
  reason: string
  networkReason: string | null
  network: NetworkLabel
  token: TokenLabel
  amountBase: string
  feeBase: string
  openedAt: string
  /** Until when an answer counts. */
  dueBy: string | null
  submittedAt: string | null
  acceptedAt: string | null
  closedAt: string | null
  /** Whether an answer was sent whose outcome is not known yet. */
  isAnswering: boolean
  /** The evidence that was submitted, by Stripe's names. */
  evidence: Readonly<Record<string, string>>
}
