import type { Address } from 'viem'
import { sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

// The batch-settlement escrow pays in two steps: a claim assigns an amount to the payee, and a payout moves it. Our own
// batches do both in one transaction. A remote facilitator does each on request, so a row records for which payee a
// claim may still need its payout.

export type PayoutReceiver = { merchantId: string; network: Caip2; payee: Address; asset: Address }

export type OwedPayout = PayoutReceiver & {
  /**
   * The facilitator of the last payout request, how long ago it was, the total it was for, and whether the facilitator
   * reported success.
   */
  askedId: string | null
  askedAgoMs: number | null
  askedBase: bigint | null
  saidPaid: boolean
  tries: number
  /** True while a payout transaction of our own is under way. */
  isOnItsWay: boolean
}

export function isOf({ merchantId, network, payee, asset }: PayoutReceiver): Sql {
  return sql`merchant_id = ${merchantId}::uuid AND network = ${network} AND payee = ${payee} AND asset = ${asset}`
}

export const againMs = 5_000

/** Shorter than for a payment: no request waits for it, and other payees wait for their turn. */
export const askMsMax = 10_000
