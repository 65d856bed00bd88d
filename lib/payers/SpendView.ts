import type { NetworkLabel, TokenLabel } from '@/lib/chains'

/** What one wallet spent, as its own page shows it: plain data. Amounts are decimal strings, times ISO 8601. */
export type WalletSpend = {
  /** Answers that were paid for: payments, and vouchers that bought something. */
  calls: number
  /** Attempts that were claimed and came to nothing: not charged, or given back. */
  failed: number
  /** Micro-dollars, of tokens that stand for dollars here. */
  spentMicros: string
  /** Of tokens that Sluice does not know, and whose worth it therefore does not know either. */
  others: TokenSpend[]
  /** The last thirty days, oldest first; dollars only. */
  days: { at: string; spentMicros: string; calls: number }[]
  /** Dearest first. */
  resources: ResourceSpend[]
}

export type TokenSpend = { network: NetworkLabel; token: TokenLabel; amountBase: string }

export type ResourceSpend = {
  /** Null for what other servers sold and had settled here. */
  resource: { id: string; method: string; path: string; name: string; seller: string; url: string } | null
  calls: number
  failed: number
  spentMicros: string
  others: TokenSpend[]
  lastAt: string
}
