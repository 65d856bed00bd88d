import { db, sql } from '@/lib/db'
import { type ClosedMonth } from './close-rows'
import * as Figures from './Figures'
import { findClosedMonths } from './find-closed-months'
import { BalanceSheet, type JournalEntry } from './Journal'
import { inBooks } from './journal-rows'
import * as Month from './Month'

export type MonthLine = {
  month: Month.Month
  closed: Pick<ClosedMonth, 'closedAt' | 'closedBy' | 'digest'> | null
  figures: Figures.MonthFigures[]
}

/**
 * The months of a merchant with entries, and the closed ones, newest first. Adds up only the entries of months that are open. Reads
 * only.
 */
export async function listMonths(merchantId: string): Promise<MonthLine[]> {
  const closed = await findClosedMonths(merchantId)
  const since = closed[0] ? Month.end(closed[0].month) : new Date(0)
  type Sum = Pick<JournalEntry, 'debit' | 'credit' | 'network' | 'asset' | 'amountBase'> & { month: Month.Month }
  const sums = await db.query<Sum>(sql`
    SELECT to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, t.debit, t.credit, t.network, t.asset, sum(t.amount_base) AS amount_base
    FROM transfer t WHERE ${inBooks(merchantId, since, new Date(8.64e15))} GROUP BY 1, 2, 3, 4, 5`)
  const open = [...new Set(sums.map(({ month }) => month))].map((month): MonthLine => {
    const sheet = new BalanceSheet()
    for (const sum of sums) if (sum.month === month) sheet.add(sum)
    return { month, closed: null, figures: Figures.from(sheet.balances()) }
  })
  const known = closed.map(({ month, closedAt, closedBy, digest, balances }): MonthLine => ({
    month,
    closed: { closedAt, closedBy, digest },
    figures: Figures.from(balances),
  }))
  return [...open, ...known].toSorted((one, other) => (one.month < other.month ? 1 : -1))
}
