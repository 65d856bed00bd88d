import type { NetworkLabel, TokenLabel } from '@/lib/chains'

/** What one wallet spent, as its own page shows it: plain data. Amounts are decimal strings; times are ISO 8601. */
export type WalletSpend = {
  /** Paid answers: payments, and vouchers that bought something. */
  calls: number
  /** Claimed attempts that failed: not charged, or refunded. */
  failed: number
  /** Micro-dollars, of tokens worth a dollar. */
  spentMicros: string
  /** Tokens that Sluice does not know, so their value is unknown too. */
  others: TokenSpend[]
  /** The last thirty days, oldest first; dollars only. */
  days: { at: string; spentMicros: string; calls: number }[]
  /** Most expensive first. */
  resources: ResourceSpend[]
}

export type TokenSpend = { network: NetworkLabel; token: TokenLabel; amountBase: string }

export type ResourceSpend = {
  /** Null for what other servers sold and settled here. */
  resource: { id: string; method: string; path: string; name: string; seller: string; url: string } | null
  calls: number
  failed: number
  spentMicros: string
  others: TokenSpend[]
  lastAt: string
}
