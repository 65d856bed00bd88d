import { db, sql } from '@/lib/db'

/**
 * After a reorganisation of the blocks above `fork`: resets the state block of channels that were written from those blocks, so
 * that the chain's state now counts at any height. May be called again until those channels were compared with the contract.
 * @returns the ids of these channels, and of channels whose own transactions are in no final block.
 */
export async function forgetStatesAbove(network: string, fork: bigint): Promise<`0x${string}`[]> {
  await db.execute(sql`
    WITH locked AS (
      SELECT id FROM channel WHERE network = ${network} AND state_block > ${fork} ORDER BY id FOR NO KEY UPDATE)
    UPDATE channel c SET state_block = greatest(${fork}, 1) FROM locked l WHERE c.id = l.id`)
  const rows = await db.query<{ id: `0x${string}` }>(sql`
    WITH recent AS MATERIALIZED (
      SELECT id FROM transaction
      WHERE network = ${network} AND status IN ('signed', 'submitted', 'included', 'safe')
      UNION SELECT id FROM transaction WHERE network = ${network} AND block_number > ${fork})
    SELECT id FROM channel WHERE network = ${network} AND state_block >= greatest(${fork}, 1)
    UNION SELECT c.id FROM recent t JOIN channel c ON c.open_transaction_id = t.id
    UNION SELECT u.channel_id FROM recent t JOIN channel_top_up u ON u.transaction_id = t.id
    UNION SELECT s.channel_id FROM recent t JOIN settlement_batch b ON b.transaction_id = t.id JOIN channel_settlement s ON s.batch_id = b.id
    ORDER BY id`)
  return rows.map(({ id }) => id)
}
