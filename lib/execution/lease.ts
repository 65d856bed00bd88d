import { db, isDead, processId, sql, type Sql } from '@/lib/db'
import { columns, toTransaction, type TransactionRow } from './row'
import type { Caip2 } from '@/lib/money'
import type * as Transaction from './Transaction'

/** Longer than a driver's honest rounds. Where every endpoint hangs one may take longer: then another sends the same bytes. */
export const leaseMs = 15_000

/** SQL condition: no living process drives the transaction `t`. */
export const isFree: Sql = sql`(t.lease_until IS NULL OR t.lease_until < now() OR ${isDead(sql`t.lease_owner`)})`
const take: Sql = sql`
  epoch = t.epoch + 1, lease_owner = ${processId}::uuid, lease_until = now() + make_interval(secs => ${leaseMs / 1000})`

/** What a driver may take: what is not sent yet or is held, or, to sign for its nonce again, what has been sent. */
export type LeasedWork = 'submit' | 'replace'

const statusesOf: Record<LeasedWork, readonly Transaction.TransactionStatus[]> = {
  submit: ['queued', 'held', 'signed'],
  replace: ['submitted'],
}

/** A later call of an intent waits until every earlier one is in a block and did not revert. */
const isNext: Sql = sql`(t.position = 0 OR NOT EXISTS (
  SELECT 1 FROM transaction p
  WHERE p.intent_id = t.intent_id AND p.position < t.position
    AND (p.status NOT IN ('included', 'safe', 'final') OR p.error IS NOT NULL
      OR EXISTS (SELECT 1 FROM attempt a WHERE a.hash = p.hash AND a.kind = 'cancel'))))`

/** Takes one transaction under a new epoch, or undefined when another driver has it or there is nothing to do. */
export async function claimOne(id: string, work: LeasedWork): Promise<Transaction.Transaction | undefined> {
  const [row] = await db.query<TransactionRow>(sql`
    UPDATE transaction t SET ${take}
    WHERE t.id = ${id}::uuid AND t.status = ANY(${statusesOf[work]}::transaction_status[]) AND ${isFree} AND ${isNext}
    RETURNING ${columns}`)
  return row && toTransaction(row)
}

/**
 * Takes up to `share` transactions that are due on each of these networks, oldest first, past those that others hold and those
 * whose lane has as many in flight as it may.
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
