import { db, sql, type Sql } from '@/lib/db'

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
