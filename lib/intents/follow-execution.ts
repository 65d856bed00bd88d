import type { Reader } from '../ctx'
import { AuditEvent } from '@/lib/audit'
import { AppError } from '@/lib/errors'
import { Transaction } from '@/lib/execution'
import { watchMoves } from './watch-moves'
import { readSince, batchSize } from './read-since'

/** One event of a transaction. */
export type ExecutionEvent = {
  /** Position in the audit trail; the cursor for later events. */
  seq: string
  at: string
  type: string
  /** Meaning of the type, in a sentence. */
  meaning: string
  /** The transaction's status now, which may be later than the event. */
  status: Transaction.TransactionStatus
  data: unknown
}

/**
 * Yields the past events of a transaction, then new ones, until it has ended or `signal` aborts. Yields undefined
 * while nothing happens, so that the caller can check whether its client is still connected. Writers lock the
 * transaction's row, so its events become visible in the order of their numbers.
 * @param afterSeq the last event that the reader has; 0 for all.
 */
export async function* followExecution(
  reader: Reader,
  id: string,
  afterSeq: bigint,
  signal: AbortSignal,
): AsyncGenerator<ExecutionEvent | undefined> {
  let last = afterSeq
  const moves = watchMoves([id])
  signal.addEventListener('abort', moves.end, { once: true })
  try {
    while (!signal.aborted) {
      const read = await readSince(reader, id, last).catch(unlessUnavailable)
      const [status, events] = read ?? [undefined, []]
      if (read && status === undefined) return
      for (const { seq, at, type, data } of events) {
        last = seq
        const meaning = AuditEvent.types[type as AuditEvent.EventType] ?? ''
        if (status) yield { seq: seq.toString(), at: at.toISOString(), type, meaning, status, data }
      }
      if (status && Transaction.isFinal(status) && events.length < batchSize) return
      if (events.length === batchSize) continue
      if (events.length === 0) yield undefined
      await moves.next()
    }
  } finally {
    moves.end()
  }
}

/** A short database outage does not end the stream. */
function unlessUnavailable(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'unavailable') return undefined
  throw error
}
