import { sql, type Tx } from '@/lib/db'
import { type TopUp } from './book-top-up'

/**
 * Inserts a top-up whose transaction was queued in the same database transaction.
 * @throws a unique violation if the transaction was inserted before.
 */
export async function insertTopUp(tx: Tx, { transactionId, channelId, hash, amountBase }: TopUp): Promise<void> {
  await tx.execute(sql`
    INSERT INTO channel_top_up (transaction_id, channel_id, hash, amount_base)
    VALUES (${transactionId}::uuid, ${channelId}, ${hash}, ${amountBase})`)
}
