import type { Ctx, Reader } from '../ctx'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { recordEvent } from './record-event'

/**
 * Deletes what an event discloses (its actor, if a member, and its sensitive fields) for good. The log keeps the commitments,
 * so every proof stays valid; the deletion is an event itself.
 * @returns the deleted fields.
 * @throws AppError not-allowed unless the reader is an operator; stale-state if nothing is left to delete.
 */
export async function redactEvent(ctx: Ctx, reader: Reader, seq: bigint): Promise<string[]> {
  if (!reader.operator) throw new AppError('not-allowed', 'Only an operator may redact events.')
  return withTransaction(async (tx) => {
    const deleted = await tx.query<{ field: string }>(
      sql`DELETE FROM audit_disclosure WHERE seq = ${seq} RETURNING field`,
    )
    if (deleted.length === 0) throw new AppError('stale-state', 'This event discloses nothing that could be deleted.')
    const fields = deleted.map(({ field }) => field).toSorted()
    await recordEvent(tx, ctx, { type: 'audit.redacted', data: { seq: seq.toString(), fields } })
    return fields
  })
}
