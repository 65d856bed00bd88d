import { db, sql } from '@/lib/db'
import { columns, toTransaction, type TransactionRow } from './transaction-row'
import type { Caip2 } from '@/lib/money'
import type * as Transaction from './Transaction'
import { isFree, isNext, take } from './lease'

/**
 * Leases up to `share` due transactions on each of these networks, oldest first. Skips those that another process holds
 * and those whose lane is full.
 */
export async function claimDue(networks: readonly Caip2[], share: number): Promise<Transaction.Transaction[]> {
  const rows = await db.query<TransactionRow>(sql`
    WITH full_lane AS (
      SELECT s.network, s.address FROM signer s
      JOIN transaction o ON o.network = s.network AND o.signer = s.address AND o.nonce IS NOT NULL
        AND o.status IN ('queued', 'signed', 'submitted', 'held')
      GROUP BY s.network, s.address HAVING count(*) >= s.in_flight_max),
    due AS (
      SELECT d.id FROM unnest(${networks}::text[]) AS n(network), LATERAL (
        SELECT t.id FROM transaction t
        WHERE t.network = n.network AND t.status IN ('queued', 'held', 'signed') AND t.due_at <= now() AND ${isFree} AND ${isNext}
          AND (t.nonce IS NOT NULL OR t.kind = 'raw' OR (t.network, t.signer) NOT IN (SELECT network, address FROM full_lane))
        ORDER BY t.due_at, t.created_at LIMIT ${share} FOR UPDATE SKIP LOCKED) AS d)
    UPDATE transaction t SET ${take} FROM due WHERE t.id = due.id
    RETURNING ${columns}`)
  return rows.map(toTransaction).sort((one, other) => other.ageMs - one.ageMs)
}
