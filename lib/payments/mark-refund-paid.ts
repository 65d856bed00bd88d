import { sql, type Tx } from '@/lib/db'
import { closeRefunded } from './close-refunded'

type Sent = { id: string; paymentId: string; transactionId: string }

/**
 * Marks a refund as paid by a transaction in a block, and its payment as refunded if nothing else is open.
 * @param reorgs how often that transaction had left a block when its inclusion was read.
 * @returns false if the refund has another transaction by now, or a reorganisation has undone the block: then nothing is written.
 */
export async function markRefundPaid(
  tx: Tx,
  { id, paymentId, transactionId }: Sent,
  { hash, reorgs }: { hash: string; reorgs: number },
): Promise<boolean> {
  const paid = await tx.execute(sql`
    UPDATE refund SET status = 'paid', paid_at = now(), tx_hash = ${hash}, held_reason = NULL
    WHERE id = ${id} AND status = 'sent' AND transaction_id = ${transactionId} AND reorgs = ${reorgs}`)
  if (paid === 0) return false
  await closeRefunded(tx, paymentId)
  return true
}
