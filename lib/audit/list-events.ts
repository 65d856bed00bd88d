import type { Reader } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import { Leaf } from '@/lib/proof'
import { findDays, matchingApart, visible } from './event-where'
import { types } from './AuditEvent'
import type { EventFilter } from './EventFilter'
import { columns, disclosed, type StoredEvent } from './row'

type Found = StoredEvent & { index: bigint | null; disclosed: Leaf.DisclosureSet | null }

/** An event as pages show it. */
export type EventRow = {
  /** Position in the trail. */
  seq: string
  /** Leaf index in the Merkle log; null until the sequencer has taken it up. */
  index: string | null
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
  /** Fields that are shown from what the event discloses, and can be redacted. */
  personal: string[]
}

/** How many events a page about one subject shows at most. */
export const subjectEventsMax = 500

/** One page of the trail, newest first. */
export async function listEvents(
  reader: Reader,
  filter: EventFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<EventRow>> {
  const parts = matchingApart(reader, await findDays(filter))
  const page = await loadPage<Found>(ask, {
    find: (asked) => {
      const cursor = asked.after ?? asked.before
      const seq = cursor && positionOf(cursor)
      const beside = asked.before ? sql`e.seq > ${seq}` : sql`e.seq < ${seq}`
      const order = asked.before ? 'oldest' : 'newest'
      const seqs = seqsOf(
        seq === undefined ? parts : parts.map((part) => sql`${part} AND ${beside}`),
        order,
        asked.size + 1,
      )
      return find(sql`e.seq IN (${seqs})`, order, asked.size + 1)
    },
    count: async (limit) => {
      const [row] = await db.query<{ count: bigint }>(
        sql`SELECT count(*) AS count FROM (SELECT FROM (${each(parts, 'newest', limit)}) found LIMIT ${limit}) counted`,
      )
      return Number(row?.count ?? 0n)
    },
    cursorOf: (row) => ({ atMs: row.at.getTime(), id: row.seq.toString() }),
  })
  return Page.map(page, toRow)
}

/**
 * What happened to a channel, oldest first, without its deliveries: those are told by its vouchers, and there may be
 * millions. The newest 500.
 */
export async function listEventsOfChannel(reader: Reader, channelId: string): Promise<EventRow[]> {
  const where = sql`${visible(reader, false)} AND e.channel_id = ${channelId} AND e.type <> 'channel.charged'`
  const rows = await find(where, 'newest', subjectEventsMax)
  return rows.toReversed().map(toRow)
}

/** What happened to one payment, batch or transaction, oldest first. */
export async function listEventsOf(
  reader: Reader,
  subject: { paymentId: string } | { batchId: string } | { transactionId: string },
): Promise<EventRow[]> {
  const rows = await find(
    sql`${visible(reader, 'transactionId' in subject)} AND ${isOf(subject)}`,
    'oldest',
    subjectEventsMax,
  )
  return rows.map(toRow)
}

function isOf(subject: { paymentId?: string; batchId?: string; transactionId?: string }): Sql {
  if (subject.paymentId !== undefined) return sql`e.payment_id = ${subject.paymentId}::uuid`
  if (subject.batchId !== undefined) return sql`e.batch_id = ${subject.batchId}::uuid`
  return sql`e.transaction_id = ${subject.transactionId}::uuid`
}

function find(where: Sql, order: 'oldest' | 'newest', limit: number): Promise<Found[]> {
  return db.query<Found>(sql`
    SELECT ${columns}, l.index, ${disclosed} FROM audit_event e LEFT JOIN audit_leaf l ON l.seq = e.seq
    WHERE ${where} ORDER BY e.seq ${directions[order]} LIMIT ${limit}`)
}

function seqsOf(parts: readonly Sql[], order: 'oldest' | 'newest', limit: number): Sql {
  return sql`SELECT seq FROM (${each(parts, order, limit)}) found ORDER BY seq ${directions[order]} LIMIT ${limit}`
}

/** Of each part its first events by the part's own index: no event is in two of them. */
function each(parts: readonly Sql[], order: 'oldest' | 'newest', limit: number): Sql {
  return parts
    .map(
      (part) => sql`(SELECT e.seq FROM audit_event e WHERE ${part} ORDER BY e.seq ${directions[order]} LIMIT ${limit})`,
    )
    .reduce((all, one) => sql`${all} UNION ALL ${one}`)
}

const directions = { oldest: sql`ASC`, newest: sql`DESC` }

function positionOf(cursor: Page.Cursor): bigint | undefined {
  return /^[0-9]{1,18}$/.test(cursor.id) ? BigInt(cursor.id) : undefined
}

function toRow({ disclosed: known, index, ...row }: Found): EventRow {
  const { actor, data } = Leaf.reveal(row, known ?? {})
  return {
    ...row,
    seq: row.seq.toString(),
    index: index?.toString() ?? null,
    at: row.at.toISOString(),
    meaning: types[row.type as keyof typeof types] ?? '',
    actor: actor as EventRow['actor'],
    data,
    personal: Object.keys(known ?? {}),
  }
}
