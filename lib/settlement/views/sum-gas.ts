import type { Reader } from '../../ctx'
import { valueGas } from '@/lib/coin-prices'
import { db, sql } from '@/lib/db'

/** What settlements and refunds cost in gas on one network. */
export type GasSum = {
  network: string
  /** Transactions that this server paid for. */
  transactions: number
  /** The reader's share of their fees, in the smallest unit of the network's coin. */
  feeBase: bigint
  /** Micro-dollars of the fees whose price at their time is known, and how many fees have none. */
  micros: bigint
  unpriced: number
}

type HourSum = { network: string; at: Date; transactions: number; base: bigint }

/**
 * The gas that a merchant's settlements and refunds cost from `from` up to `to`, by network; for an operator that of all merchants.
 * Members of a batch share its fee equally, a batch counts when it was created and a refund when it was paid, and a transaction that
 * the payer signed cost nothing here. Fees of an hour are valued by the price nearest to its middle (`valueGas`). Reads only.
 */
export async function sumGas({ operator, merchantId }: Reader, from: Date, to: Date): Promise<GasSum[]> {
  const fee = sql`coalesce(x.fee_lamports, x.gas_used * x.gas_price + coalesce(x.l1_fee_wei, 0))`
  const mine = (column: ReturnType<typeof sql>) => sql`(${operator} OR ${column} = ${merchantId}::uuid)`
  // A member's batches are found by its parts, which hold their time.
  const batches = operator
    ? sql`(SELECT * FROM settlement_batch WHERE created_at >= ${from} AND created_at < ${to}) b`
    : sql`batch_part part JOIN settlement_batch b ON b.id = part.batch_id AND part.merchant_id = ${merchantId}::uuid
        AND part.created_at >= ${from} AND part.created_at < ${to}`
  const rows = await db.query<HourSum>(sql`
    SELECT network, date_trunc('hour', at, 'UTC') + interval '30 minutes' AS at, count(*)::int AS transactions, sum(share) AS base FROM (
      SELECT b.network, b.created_at AS at, trunc(${fee} * own.members / greatest(b.size, 1)) AS share
      FROM ${batches} JOIN transaction x ON x.id = b.transaction_id
        CROSS JOIN LATERAL (
          SELECT CASE WHEN ${operator} THEN b.size WHEN b.form = 'channels' THEN (
              SELECT count(*)::int FROM channel_settlement s JOIN channel c ON c.id = s.channel_id
              WHERE s.batch_id = b.id AND c.merchant_id = ${merchantId}::uuid)
            ELSE (SELECT count(*)::int FROM payment p WHERE p.batch_id = b.id AND p.merchant_id = ${merchantId}::uuid) END AS members) own
      WHERE b.form <> 'raw'
      UNION ALL
      SELECT r.network, r.paid_at, ${fee} FROM refund r JOIN transaction x ON x.id = r.transaction_id
      WHERE ${mine(sql`r.merchant_id`)} AND r.paid_at >= ${from} AND r.paid_at < ${to}) fees
    WHERE share > 0 GROUP BY 1, 2 ORDER BY 1, 2`)
  const worth = await valueGas(rows)
  const sums = new Map<string, GasSum>()
  for (const [index, { network, transactions, base }] of rows.entries()) {
    const before = sums.get(network) ?? { network, transactions: 0, feeBase: 0n, micros: 0n, unpriced: 0 }
    const micros = worth[index] ?? null
    sums.set(network, {
      network,
      transactions: before.transactions + transactions,
      feeBase: before.feeBase + base,
      micros: before.micros + (micros ?? 0n),
      unpriced: before.unpriced + (micros === null ? transactions : 0),
    })
  }
  return [...sums.values()]
}
