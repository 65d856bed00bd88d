import { sql, type Tx } from '@/lib/db'
import { type TopUp } from './book-top-up'

/**
 * Writes down a top-up whose transaction was just queued in the same database transaction.
 * @throws a unique violation when the same transaction was written down before.
 */
export async function insertTopUp(tx: Tx, { transactionId, channelId, hash, amountBase }: TopUp): Promise<void> {
  await tx.execute(sql`
    INSERT INTO channel_top_up (transaction_id, channel_id, hash, amount_base)
    VALUES (${transactionId}::uuid, ${channelId}, ${hash}, ${amountBase})`)
}
