import type { Reader } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import { findDays, matchingApart } from './event-where'
import type { EventFilter } from './EventFilter'
import { type EventRow, type FoundEvent, findEventRows, toEventRow, directions } from './event-rows'

/** One page of the trail, newest first. */
export async function listEvents(
  reader: Reader,
  filter: EventFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<EventRow>> {
  const parts = matchingApart(reader, await findDays(filter))
  const page = await loadPage<FoundEvent>(ask, {
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
      return findEventRows(sql`e.seq IN (${seqs})`, order, asked.size + 1)
    },
    count: async (limit) => {
      const [row] = await db.query<{ count: bigint }>(
        sql`SELECT count(*) AS count FROM (SELECT FROM (${each(parts, 'newest', limit)}) found LIMIT ${limit}) counted`,
      )
      return Number(row?.count ?? 0n)
    },
    cursorOf: (row) => ({ atMs: row.at.getTime(), id: row.seq.toString() }),
  })
  return Page.map(page, toEventRow)
}

function seqsOf(parts: readonly Sql[], order: 'oldest' | 'newest', limit: number): Sql {
  return sql`SELECT seq FROM (${each(parts, order, limit)}) found ORDER BY seq ${directions[order]} LIMIT ${limit}`
}

/** The first events of each part, by its own index. No event is in two parts. */
function each(parts: readonly Sql[], order: 'oldest' | 'newest', limit: number): Sql {
  return parts
    .map(
      (part) => sql`(SELECT e.seq FROM audit_event e WHERE ${part} ORDER BY e.seq ${directions[order]} LIMIT ${limit})`,
    )
    .reduce((all, one) => sql`${all} UNION ALL ${one}`)
}

function positionOf(cursor: Page.Cursor): bigint | undefined {
  return /^[0-9]{1,18}$/.test(cursor.id) ? BigInt(cursor.id) : undefined
}
