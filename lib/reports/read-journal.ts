import { db, sql } from '@/lib/db'
import type { JournalEntry } from './Journal'
import { after, entryColumns, entryTables, inBooks, rangeOf, whereOf } from './journal-rows'
import type { JournalFilter } from './JournalFilter'
import type { Month } from './Month'

/** Entries of one statement: what a reader of a journal keeps in memory. */
const rowsAtOnce = 2_000

/**
 * A month's journal in order of time, page by page; the next page is read when the caller asks for it. With a filter a page may
 * hold fewer entries, or none.
 */
export async function* readJournal(
  merchantId: string,
  month: Month,
  filter: JournalFilter = {},
): AsyncGenerator<JournalEntry[]> {
  const { from, to } = rangeOf(month)
  for (let last: JournalEntry | undefined; ;) {
    const page = sql`(
      SELECT * FROM transfer t WHERE ${inBooks(merchantId, from, to)} AND ${after(last)} ORDER BY t.at, t.id LIMIT ${rowsAtOnce})`
    const rows: (JournalEntry & { isWanted: boolean })[] = await db.query(sql`
      SELECT ${entryColumns}, (${whereOf(filter)}) IS TRUE AS is_wanted
      FROM ${entryTables(merchantId, page)} ORDER BY t.at, t.id`)
    yield rows.filter(({ isWanted }) => isWanted)
    last = rows.at(-1)
    if (rows.length < rowsAtOnce) return
  }
}
