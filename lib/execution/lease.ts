import { isDead, processId, sql, type Sql } from '@/lib/db'

/** Longer than a driver's honest rounds. Where every endpoint hangs one may take longer: then another sends the same bytes. */
export const leaseMs = 15_000

/** SQL condition: no living process drives the transaction `t`. */
export const isFree: Sql = sql`(t.lease_until IS NULL OR t.lease_until < now() OR ${isDead(sql`t.lease_owner`)})`
export const take: Sql = sql`
  epoch = t.epoch + 1, lease_owner = ${processId}::uuid, lease_until = now() + make_interval(secs => ${leaseMs / 1000})`

/** What a driver may take: what is not sent yet or is held, or, to sign for its nonce again, what has been sent. */
export type LeasedWork = 'submit' | 'replace'

/** A later call of an intent waits until every earlier one is in a block and did not revert. */
export const isNext: Sql = sql`(t.position = 0 OR NOT EXISTS (
  SELECT 1 FROM transaction p
  WHERE p.intent_id = t.intent_id AND p.position < t.position
    AND (p.status NOT IN ('included', 'safe', 'final') OR p.error IS NOT NULL
      OR EXISTS (SELECT 1 FROM attempt a WHERE a.hash = p.hash AND a.kind = 'cancel'))))`
