import type Stripe from 'stripe'

/** A refund at Stripe. Amounts in cents. */
export type RefundedCharge = {
  id: string
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled'
  amountBase: bigint
  failure: string | null
  /** Why it was made, in Stripe's words: duplicate, fraudulent, requested_by_customer. */
  reason: string | null
  intentId: string | null
  metadata: Readonly<Record<string, string>>
}

export function from(raw: Stripe.Refund): RefundedCharge {
  const intent = raw.payment_intent
  return {
    id: raw.id,
    status: (raw.status ?? 'pending') as RefundedCharge['status'],
    amountBase: BigInt(raw.amount),
    failure: raw.failure_reason ?? null,
    reason: raw.reason ?? null,
    intentId: typeof intent === 'object' ? (intent?.id ?? null) : intent,
    metadata: raw.metadata ?? {},
  }
}
