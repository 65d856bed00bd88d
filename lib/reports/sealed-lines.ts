import type { MonthFile } from '@/lib/proof'
import { toStoredBalance } from './close-rows'
import { type AccountBalance, BalanceSheet, type JournalEntry } from './Journal'
import type { Month } from './Month'
import { readJournal } from './read-journal'

/** What is known when the last line was written. */
export type SealedSums = { entries: bigint; balances: AccountBalance[] }

/**
 * The sealed file of a month without its last line: head, entries, balances, as `MonthFile` of lib/proof. It holds only what never
 * changes, so that it is the same at any time. Pieces of many lines, read as the caller reads.
 */
export async function* sealedLines(
  merchantId: string,
  month: Month,
  opening: ConstructorParameters<typeof BalanceSheet>[0],
): AsyncGenerator<string, SealedSums> {
  const head: MonthFile.MonthHead = { sluice: 'month-close', version: 1, merchant: merchantId, month }
  yield toLine(head)
  const sheet = new BalanceSheet(opening)
  let entries = 0n
  for await (const page of readJournal(merchantId, month)) {
    for (const entry of page) sheet.add(entry)
    entries += BigInt(page.length)
    yield page.map((entry) => toLine({ entry: toSealed(entry) })).join('')
  }
  const balances = sheet.balances()
  yield balances.map((balance) => toLine({ balance: toStoredBalance(balance) })).join('')
  return { entries, balances }
}

function toSealed(entry: JournalEntry): MonthFile.SealedEntry {
  return {
    id: entry.id.toString(),
    at: entry.at.toISOString(),
    reason: entry.reason,
    debit: entry.debit,
    credit: entry.credit,
    network: entry.network,
    asset: entry.asset,
    amount: entry.amountBase.toString(),
    ...(entry.paymentId !== null && { payment: entry.paymentId }),
    ...(entry.channelId !== null && { channel: entry.channelId }),
    ...(entry.payer !== null && { payer: entry.payer }),
    ...(entry.resourceId !== null && { resource: entry.resourceId }),
    ...(entry.corrects !== null && { corrects: entry.corrects }),
  }
}

function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
