import type { Ctx } from '../ctx'
import { db, sql, withTransaction, writeTogether, type WritePart, type Tx, type WriteResult } from '@/lib/db'
import type { AuditEvent } from './AuditEvent'
import { isPersonal, insertEvents } from './event-statements'
import { recordEvents } from './record-events'

/** What a change says of itself: its parts are written in one statement with its events, all of it or nothing. */
export type AuditedWrite = { parts: readonly WritePart[]; events: readonly AuditEvent[] }

/**
 * `writeTogether` with events. One statement, unless something of the events is personal: then a transaction, in `tx` or its own.
 */
export async function writeAudited(ctx: Ctx, { parts, events }: AuditedWrite, tx?: Tx): Promise<WriteResult> {
  if (!events.some((event) => isPersonal(ctx, event))) {
    const told: WritePart = { writes: (when) => sql`told AS (${insertEvents(ctx, events, when)})` }
    return writeTogether(tx ?? db, events.length > 0 ? [...parts, told] : parts)
  }
  const write = async (own: Tx) => {
    const written = await writeTogether(own, parts)
    if (written.isWritten) await recordEvents(own, ctx, events)
    return written
  }
  return tx ? write(tx) : withTransaction(write)
}
