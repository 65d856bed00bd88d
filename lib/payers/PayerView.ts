import type { PayerNote } from './Payer'
import type { TokenSpend } from './SpendView'

/** Payers as a merchant's pages show them: plain data. Amounts are decimal strings, times ISO 8601. */
export type PayerListRow = PayerNote & {
  wallet: string
  /** Payments and vouchers that were claimed, whatever became of them. */
  calls: number
  /** Of those, not charged, given back or owed back. */
  failed: number
  /** Micro-dollars that were earned, of tokens that stand for dollars. */
  spentMicros: string
  /** Paid by other tokens too. */
  hasOthers: boolean
  protocols: readonly string[]
  /** Null for a wallet that has not paid, or tried, yet. */
  firstAt: string | null
  lastAt: string | null
}

export type PayerPage = {
  rows: PayerListRow[]
  total: number
  size: number
  /** From 1. */
  page: number
}

export type PayerDetail = PayerListRow & {
  others: TokenSpend[]
  updatedBy: string | null
  updatedAt: string | null
  /** Calls that it has for nothing, by resource: today's, UTC. */
  quota: { resource: { id: string; method: string; path: string }; used: number; perDay: number }[]
}
