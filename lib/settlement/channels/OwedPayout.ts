import type { Address } from 'viem'
import { sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

// The batch-settlement escrow takes two steps: a claim says what is a payee's, and a payout moves it. Our own batches do both at once;
// another facilitator is asked for one after the other, so a row says for whom a claim may wait for its payout.

export type PayoutReceiver = { merchantId: string; network: Caip2; payee: Address; asset: Address }

export type OwedPayout = PayoutReceiver & {
  /** Who was asked last, how long ago, for a payout up to which total, and whether it said that it did. */
  askedId: string | null
  askedAgoMs: number | null
  askedBase: bigint | null
  saidPaid: boolean
  tries: number
  /** Our own payout, while it is on its way. */
  isOnItsWay: boolean
}

export function isOf({ merchantId, network, payee, asset }: PayoutReceiver): Sql {
  return sql`merchant_id = ${merchantId}::uuid AND network = ${network} AND payee = ${payee} AND asset = ${asset}`
}

export const againMs = 5_000

/** Less than a payment's: nobody waits for the answer, and others wait for their turn. */
export const askMsMax = 10_000
