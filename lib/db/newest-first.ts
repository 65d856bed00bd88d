import type { Page } from '@/lib/paging'
import { sql, type Sql } from './transaction'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const lowest = '00000000-0000-0000-0000-000000000000'

/**
 * The place and the order of a page's rows, as parts of a statement, for tables with an index by (time desc, id asc). The range on the time
 * alone lets PostgreSQL use the index; the OR behind it parts rows of the same instant.
 */
export function newestFirst(
  ask: Page.PageRequest,
  at: Sql,
  id: Sql,
  idType: 'uuid' | 'text' = 'uuid',
): { beyond: Sql; order: Sql } {
  const older = ask.before === undefined
  const order = older ? sql`${at} DESC, ${id} ASC` : sql`${at} ASC, ${id} DESC`
  const cursor = ask.after ?? ask.before
  if (!cursor) return { beyond: sql`true`, order }
  const edge = new Date(cursor.atMs)
  const edgeId = idType === 'text' ? sql`${cursor.id}` : sql`${uuid.test(cursor.id) ? cursor.id : lowest}::uuid`
  const beyond = older
    ? sql`${at} <= ${edge} AND (${at} < ${edge} OR ${id} > ${edgeId})`
    : sql`${at} >= ${edge} AND (${at} > ${edge} OR ${id} < ${edgeId})`
  return { beyond, order }
}
