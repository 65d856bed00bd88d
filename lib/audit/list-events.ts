import type { Reader } from '../ctx'
import { prisma, type Prisma } from '@/lib/db'
import { Filter, loadPage, Page } from '@/lib/paging'
import { types } from './Event'
import type { EventFilter } from './EventFilter'

type Record = Prisma.AuditEventGetPayload<object>

/** An event as pages and exports show it. */
export type EventRow = {
  /** Position in the trail. */
  seq: string
  at: string
  type: string
  /** What the type means, in a sentence. */
  meaning: string
  actor: { kind: string; id: string; requestId?: string }
  merchantId: string | null
  resourceId: string | null
  paymentId: string | null
  channelId: string | null
  batchId: string | null
  transactionId: string | null
  data: unknown
}

/** How many events a page about one subject shows at most. */
export const subjectEventsMax = 500
const exportChunk = 1_000

/** One page of the trail, newest first. */
export async function listEvents(reader: Reader, filter: EventFilter, ask: Page.Ask): Promise<Page.Page<EventRow>> {
  const where = whereOf(reader, filter)
  const page = await loadPage<Record>(ask, {
    find: (asked) => {
      const cursor = asked.after ?? asked.before
      const seq = cursor && positionOf(cursor)
      return prisma().auditEvent.findMany({
        where: { AND: [where, seq === undefined ? {} : { seq: asked.before ? { gt: seq } : { lt: seq } }] },
        orderBy: { seq: asked.before ? 'asc' : 'desc' },
        take: asked.size + 1,
      })
    },
    count: () => prisma().auditEvent.count({ where }),
    cursorOf: (row) => ({ atMs: row.at.getTime(), id: row.seq.toString() }),
  })
  return Page.map(page, toRow)
}

/**
 * What happened to a channel, oldest first, without its deliveries: those are told by its vouchers, and there may be
 * millions. The newest 500.
 */
export async function listEventsOfChannel(reader: Reader, channelId: string): Promise<EventRow[]> {
  const rows = await prisma().auditEvent.findMany({
    where: { AND: [visible(reader, false), { channelId, type: { not: 'channel.charged' } }] },
    orderBy: { seq: 'desc' },
    take: subjectEventsMax,
  })
  return rows.toReversed().map(toRow)
}

/** What happened to one payment, batch or transaction, oldest first. */
export async function listEventsOf(
  reader: Reader,
  subject: { paymentId: string } | { batchId: string } | { transactionId: string },
): Promise<EventRow[]> {
  const rows = await prisma().auditEvent.findMany({
    where: { AND: [visible(reader, 'transactionId' in subject), subject] },
    orderBy: { seq: 'asc' },
    take: subjectEventsMax,
  })
  return rows.map(toRow)
}

/** The filtered trail, newest first, at most `max` events; read in chunks, so that any length streams. */
export async function* streamEvents(reader: Reader, filter: EventFilter, max: number): AsyncGenerator<EventRow> {
  const where = whereOf(reader, filter)
  let below: bigint | undefined
  for (let left = max; left > 0;) {
    const rows = await prisma().auditEvent.findMany({
      where: { AND: [where, below === undefined ? {} : { seq: { lt: below } }] },
      orderBy: { seq: 'desc' },
      take: Math.min(left, exportChunk),
    })
    for (const row of rows) yield toRow(row)
    below = rows.at(-1)?.seq
    left -= rows.length
    if (rows.length < exportChunk || below === undefined) return
  }
}

/** How many events the filter matches. */
export function countEvents(reader: Reader, filter: EventFilter): Promise<number> {
  return prisma().auditEvent.count({ where: whereOf(reader, filter) })
}

/**
 * Events of a transaction carry no merchant, because execution knows none: they are shown on the page
 * of a transaction that the reader was found to have a part in, and nowhere else.
 */
function visible(reader: Reader, ofTransaction: boolean): Prisma.AuditEventWhereInput {
  if (reader.operator) return {}
  const own = { merchantId: reader.merchantId }
  return ofTransaction ? { OR: [own, { merchantId: null, type: { startsWith: 'transaction.' } }] } : own
}

function whereOf(reader: Reader, filter: EventFilter): Prisma.AuditEventWhereInput {
  const at = Filter.between(filter.from, filter.to)
  const kinds = filter.actor?.map((kind) => ({ actor: { path: ['kind'], equals: kind } }))
  const { subject } = filter
  return {
    AND: [
      visible(reader, false),
      filter.type
        ? { OR: filter.type.map((type) => (type.includes('.') ? { type } : { type: { startsWith: `${type}.` } })) }
        : {},
      kinds ? { OR: kinds } : {},
      filter.by ? { actor: { path: ['id'], equals: filter.by } } : {},
      at ? { at } : {},
      subject?.startsWith('0x') ? { channelId: subject } : {},
      subject && !subject.startsWith('0x')
        ? {
            OR: [
              { paymentId: subject },
              { transactionId: subject },
              { batchId: subject },
              { resourceId: subject },
              { merchantId: subject },
            ],
          }
        : {},
    ],
  }
}

function positionOf(cursor: Page.Cursor): bigint | undefined {
  return /^[0-9]{1,18}$/.test(cursor.id) ? BigInt(cursor.id) : undefined
}

function toRow(row: Record): EventRow {
  return {
    seq: row.seq.toString(),
    at: row.at.toISOString(),
    type: row.type,
    meaning: types[row.type as keyof typeof types] ?? '',
    actor: row.actor as EventRow['actor'],
    merchantId: row.merchantId,
    resourceId: row.resourceId,
    paymentId: row.paymentId,
    channelId: row.channelId,
    batchId: row.batchId,
    transactionId: row.transactionId,
    data: row.data,
  }
}
