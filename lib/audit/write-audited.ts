import type { Ctx } from '../ctx'
import { db, sql, withTransaction, writeTogether, type WritePart, type Tx, type WriteResult } from '@/lib/db'
import type { AuditEvent } from './AuditEvent'
import { isPersonal, insertEvents } from './event-statements'
import { recordEvents } from './record-events'

/** The parts of a change and its events: all of them are written in one statement, or none. */
export type AuditedWrite = { parts: readonly WritePart[]; events: readonly AuditEvent[] }

/** `writeTogether` with events: one statement, or, if an event has personal fields, a transaction (`tx` or its own). */
export async function writeAudited(ctx: Ctx, { parts, events }: AuditedWrite, tx?: Tx): Promise<WriteResult> {
  if (!events.some((event) => isPersonal(ctx, event))) {
    const auditPart: WritePart = { writes: (when) => sql`audited AS (${insertEvents(ctx, events, when)})` }
    return writeTogether(tx ?? db, events.length > 0 ? [...parts, auditPart] : parts)
  }
  const write = async (own: Tx) => {
    const written = await writeTogether(own, parts)
    if (written.isWritten) await recordEvents(own, ctx, events)
    return written
  }
  return tx ? write(tx) : withTransaction(write)
}
