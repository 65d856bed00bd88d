import * as Page from './Page'

/**
 * Reads one page and the total. `find` reads under `Page.bounds(ask)`. Going back to fewer rows than a
 * page holds means that the first page was reached: it is read instead, so that it is always full.
 */
export async function loadPage<Row>(
  ask: Page.Ask,
  source: {
    find(ask: Page.Ask): Promise<Row[]>
    count(): Promise<number>
    cursorOf(row: Row): Page.Cursor
  },
): Promise<Page.Page<Row>> {
  const [read, total] = await Promise.all([source.find(ask), source.count()])
  if (ask.before && read.length <= ask.size) {
    const start = Page.first(ask)
    return Page.from(start, await source.find(start), total, source.cursorOf)
  }
  return Page.from(ask, read, total, source.cursorOf)
}
