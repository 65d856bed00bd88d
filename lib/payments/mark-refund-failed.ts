import { sql, type Tx } from '@/lib/db'
import { nextRefundDue } from './postpone-refunds'

/**
 * Makes a refund due again whose transaction moved nothing.
 * @returns false if the refund has another transaction by now: then nothing is written.
 */
export async function markRefundFailed(
  tx: Tx,
  { id, transactionId }: { id: string; transactionId: string },
  reason: string,
): Promise<boolean> {
  const written = await tx.execute(sql`
    UPDATE refund r SET status = 'due', transaction_id = NULL, attempts = r.attempts + 1, held_reason = ${reason}, due_at = ${nextRefundDue()}
    WHERE r.id = ${id} AND r.status = 'sent' AND r.transaction_id = ${transactionId}`)
  return written > 0
}
