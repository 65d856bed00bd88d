import { db, sql } from '@/lib/db'
import { rangeOf } from './journal-rows'
import type { Month } from './Month'

/** What a month's settlements and refunds cost in gas on one network, in its smallest unit. */
export type MonthGas = { network: string; transactions: number; feeBase: bigint }

/**
 * The merchant's share of the fees that this server paid in a month, by network: a batch counts in the month in which it was created,
 * and is shared by its members equally. A transaction that the payer signed cost nothing here. Reads only.
 */
export async function findGas(merchantId: string, month: Month): Promise<MonthGas[]> {
  const { from, to } = rangeOf(month)
  const fee = sql`coalesce(x.fee_lamports, x.gas_used * x.gas_price + coalesce(x.l1_fee_wei, 0), 0)`
  return db.query<MonthGas>(sql`
    SELECT network, count(*)::int AS transactions, sum(share) AS fee_base FROM (
      SELECT b.network, trunc(${fee} * own.members / greatest(b.size, 1)) AS share
      FROM batch_part part JOIN settlement_batch b ON b.id = part.batch_id JOIN transaction x ON x.id = b.transaction_id
        CROSS JOIN LATERAL (
          SELECT CASE WHEN b.form = 'channels' THEN (
              SELECT count(*) FROM channel_settlement s JOIN channel c ON c.id = s.channel_id
              WHERE s.batch_id = b.id AND c.merchant_id = ${merchantId}::uuid)
            ELSE (SELECT count(*) FROM payment p WHERE p.batch_id = b.id AND p.merchant_id = ${merchantId}::uuid) END AS members) own
      WHERE part.merchant_id = ${merchantId}::uuid AND part.created_at >= ${from} AND part.created_at < ${to} AND b.form <> 'raw'
      UNION ALL
      SELECT r.network, ${fee} FROM refund r JOIN transaction x ON x.id = r.transaction_id
      WHERE r.merchant_id = ${merchantId}::uuid AND r.paid_at >= ${from} AND r.paid_at < ${to}) fees
    GROUP BY 1 ORDER BY 1`)
}
