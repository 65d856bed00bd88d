import type Stripe from 'stripe'

/** A refund at Stripe. Amounts in cents. */
export type RefundedCharge = {
  id: string
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled'
  amountBase: bigint
  failure: string | null
  metadata: Readonly<Record<string, string>>
}

export function from(raw: Stripe.Refund): RefundedCharge {
  return {
    id: raw.id,
    status: (raw.status ?? 'pending') as RefundedCharge['status'],
    amountBase: BigInt(raw.amount),
    failure: raw.failure_reason ?? null,
    metadata: raw.metadata ?? {},
  }
}
