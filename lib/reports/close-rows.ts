import { sql } from '@/lib/db'
import type { BookSettings } from './BookSettings'
import type { AccountBalance } from './Journal'
import type { Month } from './Month'

/** A month that is closed. */
export type ClosedMonth = {
  month: Month
  entries: bigint
  balances: AccountBalance[]
  /** SHA-256 of the sealed file without its last line, hex. */
  digest: string
  settings: BookSettings
  closedBy: string
  closedAt: Date
}

export const closeColumns = sql`to_char(month, 'YYYY-MM') AS month, entries, balances, encode(digest, 'hex') AS digest, settings,
  closed_by, closed_at`

/** An account as the row and the sealed file hold it: base units as decimal strings. */
export type StoredBalance = Record<'account' | 'network' | 'asset' | 'opening' | 'debit' | 'credit' | 'closing', string>

type CloseRow = Omit<ClosedMonth, 'balances'> & { balances: StoredBalance[] }

export function toClosedMonth({ balances, ...row }: CloseRow): ClosedMonth {
  return {
    ...row,
    balances: balances.map(({ account, network, asset, opening, debit, credit }) => ({
      account,
      network,
      asset,
      openingBase: BigInt(opening),
      debitBase: BigInt(debit),
      creditBase: BigInt(credit),
    })),
  }
}

export function toStoredBalance(balance: AccountBalance): StoredBalance {
  const { account, network, asset, openingBase, debitBase, creditBase } = balance
  return {
    account,
    network,
    asset,
    opening: openingBase.toString(),
    debit: debitBase.toString(),
    credit: creditBase.toString(),
    closing: (openingBase + debitBase - creditBase).toString(),
  }
}
