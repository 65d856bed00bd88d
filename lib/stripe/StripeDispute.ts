import type Stripe from 'stripe'

/** A dispute at Stripe. Amounts in cents. */
export type StripeDispute = {
  id: string
  status: Stripe.Dispute.Status
  intentId: string | null
  amountBase: bigint
  reason: string
  networkReason: string | null
  createdAtMs: number
  dueByMs: number | null
  isRefundable: boolean
  /** How often evidence was submitted. */
  submissions: number
  /** How often money was moved for it. */
  movements: number
  /** What was taken, less what was given back; the fee apart. */
  withdrawnBase: bigint
  feeBase: bigint
}

export function from(raw: Stripe.Dispute): StripeDispute {
  const intent = raw.payment_intent
  const moved = raw.balance_transactions
  return {
    id: raw.id,
    status: raw.status,
    intentId: typeof intent === 'object' ? (intent?.id ?? null) : intent,
    amountBase: BigInt(raw.amount),
    reason: raw.reason,
    networkReason: raw.network_reason_code ?? null,
    createdAtMs: raw.created * 1000,
    dueByMs: raw.evidence_details.due_by === null ? null : raw.evidence_details.due_by * 1000,
    isRefundable: raw.is_charge_refundable,
    submissions: raw.evidence_details.submission_count,
    movements: moved.length,
    withdrawnBase: -moved.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    feeBase: moved.reduce((sum, { fee }) => sum + BigInt(fee), 0n),
  }
}
