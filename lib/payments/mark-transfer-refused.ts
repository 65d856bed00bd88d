import { sql, type Tx } from '@/lib/db'

/**
 * Makes the refund due again: its transaction is proven not to contain the transfer.
 * @returns false if the row no longer has the state and the hash that the caller has read: then nothing is written.
 */
export async function markTransferRefused(
  tx: Tx,
  { id, txHash }: { id: string; txHash: string },
  reason: string,
): Promise<boolean> {
  const written = await tx.execute(sql`
    UPDATE refund SET status = 'due', tx_hash = NULL, log_index = NULL, block_number = NULL, held_reason = ${reason}
    WHERE id = ${id}::uuid AND status = 'sent' AND tx_hash = ${txHash}`)
  return written > 0
}
