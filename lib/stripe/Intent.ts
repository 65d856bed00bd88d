import type Stripe from 'stripe'

/** A charge at Stripe, as far as Sluice needs it. Amounts in cents. */
export type Intent = {
  id: string
  status: Stripe.PaymentIntent.Status
  amountBase: bigint
  receivedBase: bigint
  currency: string
  metadata: Readonly<Record<string, string>>
  createdAtMs: number
  chargeId: string | null
  /** What Stripe keeps, once its balance transaction is known. */
  fee: { base: bigint; balanceTransactionId: string } | null
  /** Why a person or another card is needed, in Stripe's words. */
  trouble: string | null
  disputed: boolean
}

/** Members that an answer must hold in full. */
export const expand = ['latest_charge.balance_transaction']

/** @throws RangeError if an amount is no whole number of cents. */
export function from(raw: Stripe.PaymentIntent): Intent {
  const charge = typeof raw.latest_charge === 'object' ? raw.latest_charge : null
  const balance = charge && typeof charge.balance_transaction === 'object' ? charge.balance_transaction : null
  return {
    id: raw.id,
    status: raw.status,
    amountBase: BigInt(raw.amount),
    receivedBase: BigInt(raw.amount_received ?? 0),
    currency: raw.currency,
    metadata: raw.metadata ?? {},
    createdAtMs: raw.created * 1000,
    chargeId: charge?.id ?? (typeof raw.latest_charge === 'string' ? raw.latest_charge : null),
    fee: balance && { base: BigInt(balance.fee), balanceTransactionId: balance.id },
    trouble: raw.last_payment_error?.message ?? null,
    disputed: charge?.disputed ?? false,
  }
}
