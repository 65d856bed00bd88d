import type { Reader } from '../ctx'
import { allOf, pageQuery, sql, type Sql } from '@/lib/db'
import { Filter, loadPage, type Page } from '@/lib/paging'
import { rowColumns, toViews, type ExecutionRow } from './execution-rows'
import type { ExecutionFilter } from './ExecutionFilter'
import type { ExecutionView } from './ExecutionView'
import { visible } from './find-execution'

/** One page of the transactions that the reader's merchant requested, newest first. Reads only. */
export async function listExecutions(
  reader: Reader,
  filter: ExecutionFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<ExecutionView>> {
  const page = await loadPage<ExecutionRow>(ask, {
    ...pageQuery<ExecutionRow>({
      columns: rowColumns,
      from: sql`transaction t`,
      where: whereOf(reader, filter),
      at: sql`t.created_at`,
      id: sql`t.id`,
    }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return { ...page, rows: await toViews(page.rows) }
}

function whereOf(reader: Reader, filter: ExecutionFilter): Sql {
  const at = Filter.between(filter.from, filter.to)
  return allOf(
    visible(reader),
    filter.status && sql`t.status = ANY(${filter.status}::transaction_status[])`,
    filter.network !== undefined && sql`t.network = ${filter.network}`,
    filter.intent !== undefined && sql`t.intent_id = ${filter.intent}::uuid`,
    filter.idempotencyKey !== undefined &&
      sql`t.intent_id IN (
        SELECT id FROM intent WHERE merchant_id = t.merchant_id AND idempotency_key = ${filter.idempotencyKey})`,
    at?.gte && sql`t.created_at >= ${at.gte}`,
    at?.lt && sql`t.created_at < ${at.lt}`,
  )
}
