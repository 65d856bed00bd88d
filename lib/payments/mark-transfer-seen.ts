import { sql, type Tx } from '@/lib/db'

/**
 * Stores where the transfer is seen, or that it is not seen there any more, and why the refund is not booked yet.
 * @returns false if the row no longer has the state and the hash that the caller has read: then nothing is written.
 */
export async function markTransferSeen(
  tx: Tx,
  { id, txHash }: { id: string; txHash: string },
  seen: { logIndex: number; blockNumber: bigint } | undefined,
  heldReason: string,
): Promise<boolean> {
  const written = await tx.execute(sql`
    UPDATE refund SET log_index = ${seen?.logIndex ?? null}, block_number = ${seen?.blockNumber ?? null},
      held_reason = ${heldReason}, attempts = attempts + 1,
      due_at = now() + make_interval(secs => least(2 ^ least(attempts, 10), ${seen ? 15 : 300}) * (0.5 + random() / 2))
    WHERE id = ${id}::uuid AND status = 'sent' AND tx_hash = ${txHash}`)
  return written > 0
}
