import type { Reader } from '../ctx'
import { Event } from '@/lib/audit'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Transaction } from '@/lib/execution'

/** One thing that happened to a transaction. */
export type Happened = {
  /** Position in the audit trail: ask for what came after it. */
  seq: string
  at: string
  type: string
  /** What the type means, in a sentence. */
  meaning: string
  /** Where the transaction stands now, which may be further. */
  status: Transaction.Status
  data: unknown
}

/** How often the trail is read. Its index makes that cheap, and an event is never later than this. */
const everyMs = 250

/**
 * What happened to a transaction, and what happens from now on, until it has ended or `signal` aborts. Yields undefined when
 * nothing came, so that a reader may look whether anybody still listens. Writers of one transaction hold its row, so its
 * events become visible in the order of their numbers.
 * @param afterSeq the last event that the reader has; 0 for all.
 */
export async function* followExecution(
  reader: Reader,
  id: string,
  afterSeq: bigint,
  signal: AbortSignal,
): AsyncGenerator<Happened | undefined> {
  let last = afterSeq
  while (!signal.aborted) {
    const read = await readSince(reader, id, last).catch(unlessUnavailable)
    if (!read) {
      yield undefined
      await pause()
      continue
    }
    const [status, events] = read
    if (status === undefined) return
    for (const { seq, at, type, data } of events) {
      last = seq
      const meaning = Event.types[type as Event.Type] ?? ''
      yield { seq: seq.toString(), at: at.toISOString(), type, meaning, status, data }
    }
    if (Transaction.isFinal(status) && events.length < batchSize) return
    if (events.length > 0) continue
    yield undefined
    await pause()
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, everyMs))
}

/** A database that is away for a moment is no end of what happened. */
function unlessUnavailable(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'unavailable') return undefined
  throw error
}

/** Whether an event came after this one, or may still come. */
export async function isOver(reader: Reader, id: string, afterSeq: bigint): Promise<boolean> {
  const [status, events] = await readSince(reader, id, afterSeq)
  return status === undefined || (Transaction.isFinal(status) && events.length === 0)
}

const batchSize = 100

type Row = { seq: bigint; at: Date; type: string; data: unknown }

/** The status is read before the events: those that ended it are among them. */
async function readSince(
  reader: Reader,
  id: string,
  seq: bigint,
): Promise<[status: Transaction.Status | undefined, events: Row[]]> {
  const [row] = await db.query<{ status: Transaction.Status }>(sql`
    SELECT status FROM transaction
    WHERE id = ${id}::uuid AND merchant_id IS NOT NULL AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`)
  if (!row) return [undefined, []]
  const events = await db.query<Row>(sql`
    SELECT seq, at, type, data FROM audit_event
    WHERE transaction_id = ${id}::uuid AND seq > ${seq} ORDER BY seq LIMIT ${batchSize}`)
  return [row.status, events]
}
