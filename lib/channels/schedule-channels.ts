import { db, sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

const sliceMax = 1_000

/** Writes when the schedule wants something of these channels next; for those that were looked at too early. */
export async function reschedule(channelIds: readonly string[]): Promise<void> {
  if (channelIds.length === 0) return
  await db.execute(sql`
    WITH locked AS (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE channel c SET next_due_at = channel_due_at(c) FROM locked l WHERE c.id = l.id`)
}

/**
 * Leaves channels alone after a look that failed: a second at first, doubled with each one in a row, at most `mostMs`, with up to
 * half of it more so that they do not come back together.
 */
export async function putOff(channelIds: readonly string[], mostMs: number): Promise<void> {
  if (channelIds.length === 0) return
  await db.execute(sql`
    WITH locked AS (SELECT id FROM channel WHERE id = ANY(${channelIds}::text[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE channel c SET tries = least(c.tries + 1, 30),
      next_due_at = now() + ${backoff(sql`c.tries`, mostMs)}
    FROM locked l WHERE c.id = l.id AND c.status IN ('opening', 'open') AND c.settlement_id IS NULL`)
}

/** The same for a top-up whose outcome could not be told. */
export async function putOffTopUp(transactionId: string, mostMs: number): Promise<void> {
  await db.execute(sql`
    UPDATE channel_top_up SET tries = least(tries + 1, 30), due_at = now() + ${backoff(sql`tries`, mostMs)}
    WHERE transaction_id = ${transactionId}::uuid`)
}

/** A second, doubled with each try, with up to half of it more. */
function backoff(tries: Sql, mostMs: number): Sql {
  return sql`make_interval(secs => least(power(2, ${tries}), ${mostMs / 1000}::float8) * (1 + random() / 2))`
}

type Edited = { merchantId: string; network: Caip2; revision: number; after: string }

/**
 * Schedules the channels of edited policies anew, `sliceMax` of each at a time and until `untilMs` (of `performance.now()`). How far
 * it is stands in the policy's row, so that any number of processes may run it and one that dies loses nothing.
 */
export async function followPolicies(untilMs: number): Promise<void> {
  const edited = await db.query<Edited>(sql`
    SELECT merchant_id, network, revision, reschedule_after AS after FROM channel_policy
    WHERE reschedule_after IS NOT NULL ORDER BY updated_at LIMIT 100`)
  for (const policy of edited)
    for (let after: string | null = policy.after; after !== null && performance.now() < untilMs;)
      after = await followSlice({ ...policy, after })
}

/** The last one's id; null when none is left, or the policy was edited meanwhile or followed by another process. */
async function followSlice({ merchantId, network, revision, after }: Edited): Promise<string | null> {
  const [followed] = await db.query<{ after: string | null }>(sql`
    WITH slice AS (
      SELECT id FROM channel
      WHERE merchant_id = ${merchantId}::uuid AND network = ${network} AND status = 'open' AND id > ${after}
      ORDER BY id LIMIT ${sliceMax} FOR NO KEY UPDATE),
    moved AS (
      UPDATE channel c SET next_due_at = channel_due_at(c) FROM slice s
      WHERE c.id = s.id AND c.next_due_at IS DISTINCT FROM channel_due_at(c))
    UPDATE channel_policy SET reschedule_after = (SELECT max(id) FROM slice)
    WHERE merchant_id = ${merchantId}::uuid AND network = ${network} AND revision = ${revision} AND reschedule_after = ${after}
    RETURNING reschedule_after AS after`)
  return followed?.after ?? null
}
