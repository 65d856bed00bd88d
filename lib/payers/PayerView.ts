import type { PayerNote } from './Payer'
import type { TokenSpend } from './SpendView'

/** Payers as a merchant's pages show them: plain data. Amounts are decimal strings, times ISO 8601. */
export type PayerListRow = PayerNote & {
  wallet: string
  /** Payments and vouchers that were claimed, whatever their outcome. */
  calls: number
  /** Of those: not charged, refunded or with a refund due. */
  failed: number
  /** Earned micro-dollars, of tokens worth a dollar. */
  spentMicros: string
  /** True if other tokens were paid too. */
  hasOthers: boolean
  protocols: readonly string[]
  /** Null for a wallet that has not paid or tried yet. */
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
  /** Its free calls, by resource: today's, UTC. */
  quota: { resource: { id: string; method: string; path: string }; used: number; perDay: number }[]
}
