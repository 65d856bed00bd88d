import type { Instrument } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** Was value earned? authorized -> delivered | voided | refund_due -> refunded; every statement guards its own arrow. */
export type PaymentStatus = 'authorized' | 'delivered' | 'voided' | 'refund_due' | 'refunded'
/** Did money move? */
export type SettlementState = 'none' | 'pending' | 'settled' | 'failed'

/** What was asked, as stored in the claim. */
export type ClaimedRequest = { method: string; host: string; path: string; query: string; bodyDigest?: string }

/** Headers of a paid answer that prove the payment to its agent, in order. */
export type ReceiptHeaders = readonly (readonly [name: string, value: string])[]

/** A payment as the gateway and settlement see it. Addresses lower-case, amounts base units. */
export type Payment = {
  id: string
  /** `facilitator`: somebody else's server had it settled; it is in nobody's books here, and delivered when it is settled. */
  origin: 'gateway' | 'facilitator'
  merchantId: string
  /** Null for a facilitated one. */
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
  /** What the payer signed for at most, where the charge is only known after the answer (`upto`); else null. */
  authorizedBase: bigint | null
  /** Who moves the money: "local" or the id of an upstream facilitator. */
  settleVia: string
  /** The agent's own id of it (x402's payment-identifier), once per merchant. */
  identifier: string | null
  claimKey: string
  asked: ClaimedRequest
  when: 'before' | 'after'
  status: PaymentStatus
  settlement: SettlementState
  instrument: Instrument
  credential: Record<string, unknown>
  txHash: string | null
  /** Receipt headers, made once when the money was seen to have moved; null before that. */
  receipt: ReceiptHeaders | null
  transactionId: string | null
  reason: string | null
}

/** Whether it stands in its merchant's books. */
export function isBooked({ origin }: Pick<Payment, 'origin'>): boolean {
  return origin === 'gateway'
}

/** The upstream's answer, held until the money is in and kept for a repeat. */
export type StoredAnswer = {
  status: number
  /** As they go to the agent: hop-by-hop and payment headers are gone, receipts not yet there. */
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array
}

/** Answers up to this size are stored for a repeat. */
export const keptBytesMax = 256 * 1024
/** How long they are kept. */
export const keptMs = 10 * 60_000
/** Answers up to this size are held in memory while an `after` payment settles. */
export const heldBytesMax = 8 * 1024 * 1024
