import type { Ctx } from '../../ctx'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'

/** An earlier call of the same intent ended without its effect. */
const hasFailedBefore = sql`
  EXISTS (
    SELECT 1 FROM transaction p
    WHERE p.intent_id = t.intent_id AND p.position < t.position
      AND p.status IN ('reverted', 'failed', 'expired', 'cancelled'))`

/**
 * Cancels the calls of an intent that follow one which failed for good. They were never signed, so nothing happened.
 * Safe at any time.
 */
export async function stopSequences(ctx: Ctx): Promise<void> {
  await withTransaction(async (tx) => {
    const stopped = await tx.query<{ id: string; reason: string }>(sql`
      UPDATE transaction t SET status = 'cancelled', held_reason = NULL, lease_until = NULL,
        error = 'A call before it (of ' || t.position || ') did not succeed.'
      WHERE t.position > 0 AND t.nonce IS NULL AND t.status IN ('queued', 'held') AND ${hasFailedBefore}
      RETURNING t.id, t.error AS reason`)
    await recordEvents(
      tx,
      ctx,
      stopped.map(({ id, reason }): AuditEvent.AuditEvent => ({
        type: 'transaction.cancelled',
        transactionId: id,
        data: { reason, proof: 'never signed' },
      })),
    )
  })
}
