import type * as Page from './Page'

/** Rows that one statement of an export reads. More saves little time, and a page is what an export keeps in memory. */
const rowsAtOnce = 1_000

/**
 * Every row of a list, newest first, page by page. The next page is read when the caller asks for it. A cursor names a row, so
 * rows that are added meanwhile shift nothing. `find` reads one row more than asked for, as for `loadPage`.
 */
export async function* readAll<Row>(
  { find, cursorOf }: { find(ask: Page.PageRequest): Promise<Row[]>; cursorOf(row: Row): Page.Cursor },
  size = rowsAtOnce,
): AsyncGenerator<Row[]> {
  for (let ask: Page.PageRequest = { size }; ;) {
    const read = await find(ask)
    const rows = read.slice(0, size)
    const last = rows.at(-1)
    if (!last) return
    yield rows
    if (read.length <= size) return
    ask = { size, after: cursorOf(last) }
  }
}
