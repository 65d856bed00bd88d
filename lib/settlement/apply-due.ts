import type { Ctx } from '../ctx'
import { log } from '../log'
import { db, sql } from '@/lib/db'
import { awaitOutcome } from '@/lib/execution'
import { applyBatch } from './apply-batch'

const batchMax = 100

/**
 * Books batches whose transaction has run while nobody waited: after a crash, or after a request gave up.
 * Safe to run anywhere at any time.
 * @returns how many batches were booked.
 */
export async function applyDue(ctx: Ctx): Promise<number> {
  const due = await db.query<{ id: string; transactionId: string }>(sql`
    SELECT b.id, b.transaction_id AS "transactionId"
    FROM settlement_batch b JOIN transaction t ON t.id = b.transaction_id
    WHERE b.status = 'submitted' AND t.status NOT IN ('queued', 'signed', 'submitted', 'held')
    ORDER BY b.created_at LIMIT ${batchMax}`)
  let moved = 0
  for (const { id, transactionId } of due) {
    try {
      const outcome = await awaitOutcome(transactionId, 0)
      if (outcome.kind === 'unknown') continue
      await applyBatch(ctx, id, outcome)
      moved += 1
    } catch (error) {
      log().warn({ err: error, batchId: id }, 'batch could not be booked yet')
    }
  }
  return moved
}
