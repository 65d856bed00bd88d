import { db, sql } from '@/lib/db'
import { type AccountBalance, BalanceSheet, closingOf } from './Journal'
import { inBooks, rangeOf } from './journal-rows'
import * as Month from './Month'
import type { ClosedMonth } from './close-rows'
import { findClosedBefore } from './find-closed-before'

/** Entries added up by their two accounts: few rows, whatever happened. */
type EntrySum = { isBefore: boolean; debit: string; credit: string; network: string; asset: string; amountBase: bigint }

/**
 * The accounts of a merchant in a month. A closed month is told as it was closed; of an open one the last closed month before it is the
 * beginning, and without one the first entry.
 */
export async function findBalances(merchantId: string, month: Month.Month): Promise<AccountBalance[]> {
  const closed = await findClosedBefore(merchantId, Month.next(month))
  if (closed?.month === month) return closed.balances
  const { from, to } = rangeOf(month)
  const since = closed ? Month.end(closed.month) : new Date(0)
  const sums = await db.query<EntrySum>(sql`
    SELECT t.at < ${from} AS is_before, t.debit, t.credit, t.network, t.asset, sum(t.amount_base) AS amount_base
    FROM transfer t WHERE ${inBooks(merchantId, since, to)} GROUP BY 1, 2, 3, 4, 5`)
  const before = new BalanceSheet(openingOf(closed))
  for (const sum of sums) if (sum.isBefore) before.add(sum)
  const sheet = new BalanceSheet(before.balances().map((balance) => ({ ...balance, base: closingOf(balance) })))
  for (const sum of sums) if (!sum.isBefore) sheet.add(sum)
  return sheet.balances()
}

/** The balances at which the month after it begins. */
export function openingOf(closed: ClosedMonth | undefined) {
  return (closed?.balances ?? []).map(({ account, network, asset, ...amounts }) => ({
    account,
    network,
    asset,
    base: closingOf({ account, network, asset, ...amounts }),
  }))
}
