import type { Ctx, Reader } from '../ctx'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { recordEvent } from './record-event'

/**
 * Deletes what an event discloses (who it was by, if a member, and its sensitive fields) for good. The log keeps the
 * commitments, so every proof holds as before; the deletion is an event itself.
 * @returns the fields that were deleted.
 * @throws AppError not-allowed for anybody but an operator, stale-state when there is nothing (left) to delete.
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
