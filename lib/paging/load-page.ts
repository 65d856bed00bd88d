import * as Page from './Page'

/**
 * Reads one page and the total. `find` reads one row more than the page holds (`pageQuery`, `newestFirst` of lib/db); `count` stops at its limit. Going back to fewer rows than a
 * page holds means that the first page was reached: it is read instead, so that it is always full.
 */
export async function loadPage<Row>(
  ask: Page.PageRequest,
  source: {
    find(ask: Page.PageRequest): Promise<Row[]>
    count(limit: number): Promise<number>
    cursorOf(row: Row): Page.Cursor
    /** The list is read backwards: `before` goes on to its end, which may be a short page. */
    isReversed?: boolean
  },
): Promise<Page.Page<Row>> {
  const [read, total] = await Promise.all([source.find(ask), source.count(Page.countLimit)])
  if (ask.before && read.length <= ask.size && !source.isReversed) {
    const start = Page.first(ask)
    return Page.from(start, await source.find(start), total, source.cursorOf)
  }
  return Page.from(ask, read, total, source.cursorOf)
}
