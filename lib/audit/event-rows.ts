import { db, sql, type Sql } from '@/lib/db'
import { Leaf } from '@/lib/proof'
import { types } from './AuditEvent'
import { columns, disclosed, type StoredEvent } from './row'

export type FoundEvent = StoredEvent & { index: bigint | null; disclosed: Leaf.DisclosureSet | null }

/** An event as pages show it. */
export type EventRow = {
  /** Position in the trail. */
  seq: string
  /** Leaf index in the Merkle log; null until the sequencer assigns it. */
  index: string | null
  at: string
  type: string
  /** The meaning of the type, in a sentence. */
  meaning: string
  actor: { kind: string; id: string; requestId?: string }
  merchantId: string | null
  resourceId: string | null
  paymentId: string | null
  channelId: string | null
  batchId: string | null
  transactionId: string | null
  data: unknown
  /** The fields that the event discloses and that can be redacted. */
  personal: string[]
}

/** The most events that a page about one subject shows. */
export const subjectEventsMax = 500

export function findEventRows(where: Sql, order: 'oldest' | 'newest', limit: number): Promise<FoundEvent[]> {
  return db.query<FoundEvent>(sql`
    SELECT ${columns}, l.index, ${disclosed} FROM audit_event e LEFT JOIN audit_leaf l ON l.seq = e.seq
    WHERE ${where} ORDER BY e.seq ${directions[order]} LIMIT ${limit}`)
}

export const directions = { oldest: sql`ASC`, newest: sql`DESC` }

export function toEventRow({ disclosed: known, index, ...row }: FoundEvent): EventRow {
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
