import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** Recent cost of settling a merchant's channels: its average part of a batch's fee, wei. */
export type RecentFees = { batches: number; averageWei: bigint }

const lookedAt = 20

/**
 * Covers the last 20 batches that settled the merchant's channels on a network; undefined if there is none. Reads only.
 */
export async function findRecentFees(merchantId: string, network: Caip2): Promise<RecentFees | undefined> {
  const [row] = await db.query<{ batches: number; wei: bigint | null }>(sql`
    SELECT count(*)::int AS batches, trunc(avg(part)) AS wei FROM (
      SELECT t.gas_used * t.gas_price * own.count / own.of_all AS part
      FROM settlement_batch b
        JOIN transaction t ON t.id = b.transaction_id
        JOIN LATERAL (
          SELECT count(*) FILTER (WHERE c.merchant_id = ${merchantId}::uuid) AS count, count(*) AS of_all
          FROM channel_settlement s JOIN channel c ON c.id = s.channel_id WHERE s.batch_id = b.id) own ON own.count > 0
      WHERE b.form = 'channels' AND b.network = ${network} AND t.gas_used IS NOT NULL AND t.gas_price IS NOT NULL
      ORDER BY b.created_at DESC LIMIT ${lookedAt}) recent`)
  return row && row.wei !== null ? { batches: row.batches, averageWei: row.wei } : undefined
}
