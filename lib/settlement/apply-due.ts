import type { Ctx } from '../ctx'
import { log } from '../log'
import { db, sql } from '@/lib/db'
import { awaitOutcome, submitNow } from '@/lib/execution'
import { applyBatch } from './apply-batch'
import { applyChannelBatch } from './apply-channel-batch'

const batchMax = 100

/**
 * Books batches whose transaction has run while nobody waited: after a crash, or after a request gave up.
 * Safe to run anywhere at any time.
 * @returns how many batches were booked.
 */
export async function applyDue(ctx: Ctx): Promise<number> {
  const due = await db.query<{ id: string; form: string; transactionId: string }>(sql`
    SELECT b.id, b.form, b.transaction_id AS "transactionId"
    FROM settlement_batch b JOIN transaction t ON t.id = b.transaction_id
    WHERE b.status = 'submitted' AND t.status NOT IN ('queued', 'signed', 'submitted', 'held')
    ORDER BY b.created_at LIMIT ${batchMax}`)
  let moved = 0
  for (const { id, form, transactionId } of due) {
    try {
      const outcome = await awaitOutcome(transactionId, 0)
      if (outcome.kind === 'unknown') continue
      if (form === 'channels') {
        for (const begun of await applyChannelBatch(ctx, id, outcome)) await submitNow(ctx, begun.transactionId)
      } else await applyBatch(ctx, id, outcome)
      moved += 1
    } catch (error) {
      log().warn({ err: error, batchId: id }, 'batch could not be booked yet')
    }
  }
  return moved
}
