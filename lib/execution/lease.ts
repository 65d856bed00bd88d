import { isDead, processId, sql, type Sql } from '@/lib/db'

/**
 * Longer than a normal round of a driver. If every endpoint hangs a round may take longer; then another driver sends
 * the same bytes.
 */
export const leaseMs = 15_000

/** SQL condition: no living process drives the transaction `t`. */
export const isFree: Sql = sql`(t.lease_until IS NULL OR t.lease_until < now() OR ${isDead(sql`t.lease_owner`)})`
export const take: Sql = sql`
  epoch = t.epoch + 1, lease_owner = ${processId}::uuid, lease_until = now() + make_interval(secs => ${leaseMs / 1000})`

/** `submit`: what is not sent yet, or held. `replace`: what was sent and needs another attempt. */
export type LeasedWork = 'submit' | 'replace'

/** A later call of an intent waits until every earlier one is in a block and did not revert. */
export const isNext: Sql = sql`(t.position = 0 OR NOT EXISTS (
  SELECT 1 FROM transaction p
  WHERE p.intent_id = t.intent_id AND p.position < t.position
    AND (p.status NOT IN ('included', 'safe', 'final') OR p.error IS NOT NULL
      OR EXISTS (SELECT 1 FROM attempt a WHERE a.hash = p.hash AND a.kind = 'cancel'))))`
