import { sql, type Tx } from '@/lib/db'
import { closeRefunded } from './close-refunded'

/**
 * Marks the refund as paid by this transfer, and its payment as refunded if nothing else is open.
 * @returns false if the row no longer has the state and the hash that the caller has read: then nothing is written.
 */
export async function markTransferPaid(
  tx: Tx,
  { id, paymentId, txHash }: { id: string; paymentId: string; txHash: string },
  { logIndex, blockNumber }: { logIndex: number; blockNumber: bigint },
): Promise<boolean> {
  const paid = await tx.execute(sql`
    UPDATE refund SET status = 'paid', paid_at = now(), log_index = ${logIndex}, block_number = ${blockNumber}, held_reason = NULL
    WHERE id = ${id}::uuid AND status = 'sent' AND tx_hash = ${txHash}`)
  if (paid === 0) return false
  await closeRefunded(tx, paymentId)
  return true
}
