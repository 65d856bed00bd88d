import { sql, type Tx } from '@/lib/db'

/** What a transaction used in the end. `counts`: a part of it ran on chain. */
export type SpentBudget = { transactionId: string; valueWei: bigint; feeWei: bigint; counts: boolean }

/**
 * Replaces what transactions reserved by what they used, on the day of the reservation. Idempotent: a second call
 * finds nothing to settle.
 * @returns the ids of those that this call settled.
 */
export async function settleHolds(tx: Tx, spent: readonly SpentBudget[]): Promise<string[]> {
  const ids = spent.map(({ transactionId }) => transactionId)
  // Locks in the same order as requests, to avoid a deadlock.
  await tx.query(sql`
    SELECT 1 FROM policy_usage u
    WHERE EXISTS (
      SELECT 1 FROM budget_hold h WHERE h.transaction_id = ANY(${ids}::uuid[]) AND h.settled_at IS NULL
        AND h.policy_id = u.policy_id AND u.subject = ANY(h.subjects) AND h.network = u.network AND h.day = u.day)
    ORDER BY u.policy_id, u.subject COLLATE "C", u.network, u.day FOR UPDATE`)
  const settled = await tx.query<{ id: string }>(sql`
    WITH spent AS (
      SELECT * FROM unnest(${ids}::uuid[], ${spent.map(({ valueWei }) => valueWei)}::numeric[],
        ${spent.map(({ feeWei }) => feeWei)}::numeric[], ${spent.map(({ counts }) => counts)}::bool[])
        AS s(id, value_wei, fee_wei, counts)
    ), settled AS (
      UPDATE budget_hold h SET settled_at = now() FROM spent s
      WHERE h.transaction_id = s.id AND h.settled_at IS NULL
      RETURNING s.id, h.policy_id, h.subjects, h.network, h.day, h.value_wei - s.value_wei AS value_wei,
        h.fee_wei - s.fee_wei AS fee_wei, CASE WHEN s.counts THEN 0 ELSE 1 END AS transactions
    ), back AS (
      SELECT policy_id, subject, network, day, sum(value_wei) AS value_wei, sum(fee_wei) AS fee_wei,
        sum(transactions)::int AS transactions
      FROM settled CROSS JOIN LATERAL unnest(subjects) AS subject GROUP BY policy_id, subject, network, day
    ), given AS (
      UPDATE policy_usage u SET value_wei = u.value_wei - b.value_wei, fee_wei = u.fee_wei - b.fee_wei,
        transactions = u.transactions - b.transactions
      FROM back b
      WHERE u.policy_id = b.policy_id AND u.subject = b.subject AND u.network = b.network AND u.day = b.day
    )
    SELECT id FROM settled`)
  return settled.map(({ id }) => id)
}
