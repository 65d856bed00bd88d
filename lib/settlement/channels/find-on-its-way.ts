import { db, sql } from '@/lib/db'
import type { ChannelBatch } from './begin-channel-batch'

/** The batch that has the channel now; undefined if none has. */
export async function findOnItsWay(
  channelId: string,
): Promise<Pick<ChannelBatch, 'batchId' | 'transactionId'> | undefined> {
  const [found] = await db.query<{ batchId: string; transactionId: string }>(sql`
    SELECT b.id AS batch_id, b.transaction_id
    FROM channel c JOIN channel_settlement s ON s.id = c.settlement_id JOIN settlement_batch b ON b.id = s.batch_id
    WHERE c.id = ${channelId}`)
  return found
}
