import type { Reader } from '../ctx'
import { allOf, db, sql } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import type { DeliveryFilter } from './DeliveryFilter'

/** A delivery as a list shows it. */
export type DeliveryRow = {
  id: string
  type: string
  /** "transaction:{id}", "payment:{id}", … */
  subject: string
  url: string
  status: string
  attempts: number
  createdAt: string
  deliveredAt: string | null
  /** When it is tried next; null unless it waits. */
  dueAt: string | null
}

export type DeliveryTry = { number: number; at: string; httpStatus: number | null; durationMs: number; detail: string }

export type DeliveryDetail = DeliveryRow & {
  merchantId: string
  endpointId: string | null
  transactionId: string | null
  /** Position of its event in the audit trail. */
  eventSeq: string | null
  /** Exactly as it is signed and sent. */
  payload: string
  tries: DeliveryTry[]
}

/** What `toRow` reads of a delivery `t`. */
const columns = sql`
  t.id, t.position, t.type, t.subject, t.url, t.status, t.attempts, t.created_at, t.delivered_at, t.due_at`

type Row = Omit<DeliveryRow, 'createdAt' | 'deliveredAt' | 'dueAt'> & {
  position: bigint
  createdAt: Date
  deliveredAt: Date | null
  dueAt: Date
}

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

type DetailRow = Row & Pick<DeliveryDetail, 'endpointId' | 'merchantId' | 'transactionId' | 'eventSeq' | 'payload'>
type TryRow = Omit<DeliveryTry, 'at'> & { at: Date }

/** One delivery with its tries; undefined if it does not exist or is not the reader's. `id` is a UUID. */
export async function getDelivery(reader: Reader, id: string): Promise<DeliveryDetail | undefined> {
  const [[row], tries] = await Promise.all([
    db.query<DetailRow>(sql`
      SELECT ${columns}, t.endpoint_id, t.merchant_id, t.transaction_id, t.event_seq::text, t.payload FROM webhook_delivery t
      WHERE t.id = ${id}::uuid AND (${reader.operator} OR t.merchant_id = ${reader.merchantId}::uuid)`),
    db.query<TryRow>(sql`
      SELECT number, at, http_status, duration_ms, detail FROM webhook_try WHERE delivery_id = ${id}::uuid ORDER BY number DESC`),
  ])
  if (!row) return undefined
  const { merchantId, endpointId, transactionId, eventSeq, payload } = row
  return {
    ...toRow(row),
    merchantId,
    endpointId,
    transactionId,
    eventSeq,
    payload,
    tries: tries.map((one) => ({ ...one, at: one.at.toISOString() })),
  }
}

function toRow(row: Row): DeliveryRow {
  return {
    id: row.id,
    type: row.type,
    subject: row.subject,
    url: row.url,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    dueAt: row.status === 'waiting' ? row.dueAt.toISOString() : null,
  }
}
