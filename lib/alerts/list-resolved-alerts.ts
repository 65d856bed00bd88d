import type { Reader } from '../ctx'
import { pageQuery, sql } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import { type AlertView, type AlertRow, columns, tables, ofReader, toView } from './AlertView'

/** One page of resolved alerts, the latest opened first. */
export async function listResolvedAlerts(reader: Reader, ask: Page.PageRequest): Promise<Page.Page<AlertView>> {
  const page = await loadPage<AlertRow>(ask, {
    ...pageQuery<AlertRow>({
      columns,
      from: tables,
      where: sql`t.resolved_at IS NOT NULL AND ${ofReader(reader)}`,
      at: sql`t.opened_at`,
      id: sql`t.id`,
    }),
    cursorOf: (row) => ({ atMs: row.openedAt.getTime(), id: row.id }),
  })
  return Page.map(page, toView)
}
