import type { Instrument } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** Was value earned? authorized -> delivered | voided | refund_due -> refunded; every statement guards its own transition. */
export type PaymentStatus = 'authorized' | 'delivered' | 'voided' | 'refund_due' | 'refunded'
/** Did money move? */
export type SettlementState = 'none' | 'pending' | 'settled' | 'failed'

/** The request that was paid, as the claim stores it. */
export type ClaimedRequest = { method: string; host: string; path: string; query: string; bodyDigest?: string }

/** Headers of a paid answer that prove the payment to its agent, in order. */
export type ReceiptHeaders = readonly (readonly [name: string, value: string])[]

/** A payment as the gateway and settlement see it. Addresses lower-case, amounts base units. */
export type Payment = {
  id: string
  /**
   * `facilitator`: another server sold it and this one settles it. It is not in the books here, and is delivered when it is
   * settled.
   */
  origin: 'gateway' | 'facilitator'
  merchantId: string
  /** Null if facilitated. */
  resourceId: string | null
  protocol: 'x402' | 'mpp'
  scheme: 'exact' | 'upto' | 'charge'
  wire: string
  network: Caip2
  asset: string
  payer: string
  payTo: string
  /** What is charged. */
  amountBase: bigint
  /** `upto`: the most that the payer signed for; the charge is known only after the answer. Else null. */
  authorizedBase: bigint | null
  /** Who moves the money: "local" or the id of a remote facilitator. */
  settleVia: string
  /** The agent's own id for it (x402's payment-identifier), once per merchant. */
  identifier: string | null
  claimKey: string
  request: ClaimedRequest
  when: 'before' | 'after'
  status: PaymentStatus
  settlement: SettlementState
  instrument: Instrument
  credential: Record<string, unknown>
  txHash: string | null
  /** Receipt headers, made once when the transfer was found; null before that. */
  receipt: ReceiptHeaders | null
  transactionId: string | null
  reason: string | null
}

/** Whether it is in its merchant's books. */
export function isBooked({ origin }: Pick<Payment, 'origin'>): boolean {
  return origin === 'gateway'
}

/** The upstream's answer, buffered until the money moved and stored for a repeat. */
export type StoredAnswer = {
  status: number
  /** As the agent gets them: without hop-by-hop and payment headers, and without the receipt, which is added later. */
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array
}

/** Answers up to this size are stored for a repeat. */
export const keptBytesMax = 256 * 1024
/** How long they are stored. */
export const keptMs = 10 * 60_000
/** Answers up to this size are buffered in memory while an `after` payment settles. */
export const heldBytesMax = 8 * 1024 * 1024
