import type { Page } from '@/lib/paging'
import { sql, type Sql } from './transaction'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const lowest = '00000000-0000-0000-0000-000000000000'

/**
 * What `Page.bounds` says, as conditions of a statement: for rows with an index by (time desc, id asc), whose ids are UUIDs. The
 * range on the time alone is what lets the index be used.
 */
export function newestFirst(ask: Page.PageRequest, at: Sql, id: Sql): { beyond: Sql; order: Sql } {
  const older = ask.before === undefined
  const order = older ? sql`${at} DESC, ${id} ASC` : sql`${at} ASC, ${id} DESC`
  const cursor = ask.after ?? ask.before
  if (!cursor) return { beyond: sql`true`, order }
  const edge = new Date(cursor.atMs)
  const edgeId = uuid.test(cursor.id) ? cursor.id : lowest
  const beyond = older
    ? sql`${at} <= ${edge} AND (${at} < ${edge} OR ${id} > ${edgeId}::uuid)`
    : sql`${at} >= ${edge} AND (${at} > ${edge} OR ${id} < ${edgeId}::uuid)`
  return { beyond, order }
}
