import { sql, type Tx } from '@/lib/db'

/** Gives a due refund its transaction. In the transaction that queues it, which holds the refund's row. */
export async function markRefundSent(tx: Tx, id: string, transactionId: string): Promise<void> {
  await tx.execute(sql`
    UPDATE refund SET status = 'sent', transaction_id = ${transactionId}, reorgs = 0, due_at = now(), held_reason = NULL
    WHERE id = ${id} AND status = 'due'`)
}
