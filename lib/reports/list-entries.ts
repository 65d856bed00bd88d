import { db, sql } from '@/lib/db'
import { loadPage, type Page } from '@/lib/paging'
import type { JournalEntry } from './Journal'
import { entryColumns, entryTables, inBooks, rangeOf, whereOf } from './journal-rows'
import type { JournalFilter } from './JournalFilter'
import type { Month } from './Month'

/** One page of a month's journal, newest first. Reads only. */
export async function listEntries(
  merchantId: string,
  month: Month,
  filter: JournalFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<JournalEntry>> {
  const { from, to } = rangeOf(month)
  const tables = entryTables(merchantId, sql`(SELECT * FROM transfer t WHERE ${inBooks(merchantId, from, to)})`)
  return loadPage<JournalEntry>(ask, {
    find: ({ size, after, before }) => {
      const place = after ?? before
      const at = new Date(place?.atMs ?? 0)
      const id = /^\d{1,18}$/.test(place?.id ?? '') ? place?.id : '0'
      const beyond = !place
        ? sql`true`
        : before
          ? sql`(t.at, t.id) > (${at}, ${id}::int8)`
          : sql`(t.at, t.id) < (${at}, ${id}::int8)`
      const order = before ? sql`t.at, t.id` : sql`t.at DESC, t.id DESC`
      return db.query<JournalEntry>(sql`
        SELECT ${entryColumns} FROM ${tables} WHERE ${whereOf(filter)} AND ${beyond} ORDER BY ${order} LIMIT ${size + 1}`)
    },
    count: async (limit) => {
      const [row] = await db.query<{ total: number }>(sql`
        SELECT count(*)::int AS total FROM (SELECT FROM ${tables} WHERE ${whereOf(filter)} LIMIT ${limit}) counted`)
      return row?.total ?? 0
    },
    cursorOf: (row) => ({ atMs: row.at.getTime(), id: row.id.toString() }),
  })
}
