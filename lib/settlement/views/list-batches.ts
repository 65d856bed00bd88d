import type { Reader } from '../../ctx'
import { allOf, pageQuery, sql, type Sql } from '@/lib/db'
import { Filter, loadPage, type Page } from '@/lib/paging'
import type { BatchFilter } from './BatchFilter'
import type * as BatchView from './BatchView'
import { type BatchRecord, columns, toBatchRows } from './to-batch-rows'
import { batchTables } from './batch-tables'

/** One page of the batches with a payment or channel of the reader, newest first. Reads only. */
export async function listBatches(
  reader: Reader,
  filter: BatchFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<BatchView.BatchListRow>> {
  const page = await loadPage<BatchRecord>(ask, batchSource(reader, filter))
  return { ...page, rows: await toBatchRows(reader, page.rows) }
}

/** The reads of the list, for `loadPage` and `readAll`. */
export function batchSource(reader: Reader, filter: BatchFilter) {
  return {
    ...pageQuery<BatchRecord>({
      columns,
      from: batchTables(reader),
      where: whereOf(filter),
      at: sql`x.created_at`,
      id: sql`x.batch_id`,
    }),
    cursorOf: (row: BatchRecord) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  }
}

function whereOf(filter: BatchFilter): Sql {
  const at = Filter.between(filter.from, filter.to)
  return allOf(
    filter.status && sql`b.status = ANY(${filter.status}::batch_status[])`,
    filter.form && sql`b.form = ANY(${filter.form}::text[])`,
    filter.network !== undefined && sql`b.network = ${filter.network}`,
    at?.gte && sql`x.created_at >= ${at.gte}`,
    at?.lt && sql`x.created_at < ${at.lt}`,
  )
}
