import type { Reader } from '../ctx'
import { allOf, db, sql } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import type { DeliveryFilter } from './DeliveryFilter'
import { type DeliveryRow, type Row, columns, toRow } from './delivery-rows'

/** One page of the messages for one endpoint, newest first; `null` stands for the callback URLs of intents. */
export async function listDeliveries(
  reader: Reader,
  endpointId: string | null,
  filter: DeliveryFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<DeliveryRow>> {
  const where = allOf(
    endpointId === null ? sql`t.endpoint_id IS NULL` : sql`t.endpoint_id = ${endpointId}::uuid`,
    !reader.operator && sql`t.merchant_id = ${reader.merchantId}::uuid`,
    filter.status && sql`t.status = ANY(${filter.status}::text[])`,
    filter.type && sql`t.type = ANY(${filter.type}::text[])`,
    // The filter is an id, so that nothing in it is a wildcard.
    filter.about !== undefined && sql`t.subject LIKE ${`%:${filter.about}`}`,
  )
  const page = await loadPage<Row>(ask, {
    find: (asked) => {
      const cursor = asked.after ?? asked.before
      const position = cursor && /^[0-9]{1,18}$/.test(cursor.id) ? BigInt(cursor.id) : undefined
      const [beyond, order] = asked.before
        ? [sql`t.position > ${position}::bigint`, sql`t.position`]
        : [sql`t.position < ${position}::bigint`, sql`t.position DESC`]
      return db.query<Row>(sql`
        SELECT ${columns} FROM webhook_delivery t WHERE ${allOf(where, position !== undefined && beyond)}
        ORDER BY ${order} LIMIT ${asked.size + 1}`)
    },
    count: async (limit) => {
      const [row] = await db.query<{ total: number }>(sql`
        SELECT count(*)::int AS total
        FROM (SELECT FROM webhook_delivery t WHERE ${where} ORDER BY t.position DESC LIMIT ${limit}) counted`)
      return row?.total ?? 0
    },
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.position.toString() }),
  })
  return Page.map(page, toRow)
}
