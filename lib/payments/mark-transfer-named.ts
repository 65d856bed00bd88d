import { sql, type Tx } from '@/lib/db'

/**
 * Names the transaction of a due refund, or another one as long as no transfer was seen in the first.
 * @returns false if the row no longer has the state and the hash that the caller has read: then nothing is written.
 */
export async function markTransferNamed(
  tx: Tx,
  { id, before }: { id: string; before: string | null },
  txHash: string,
): Promise<boolean> {
  const named = await tx.execute(sql`
    UPDATE refund SET status = 'sent', tx_hash = ${txHash}, attempts = 0, due_at = now(), held_reason = NULL
    WHERE id = ${id}::uuid AND source = 'wallet' AND status IN ('due', 'sent') AND log_index IS NULL
      AND tx_hash IS NOT DISTINCT FROM ${before}`)
  return named > 0
}
