import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

const sliceMax = 1_000

type Edited = { merchantId: string; network: Caip2; revision: number; after: string }

/**
 * Recomputes the due time of channels whose settlement terms were edited, `sliceMax` at a time and until `untilMs` (of
 * `performance.now()`). The row of the terms stores the position, so any number of processes may run this, and a process that
 * dies loses nothing.
 */
export async function applyEditedTerms(untilMs: number): Promise<void> {
  const edited = await db.query<Edited>(sql`
    SELECT merchant_id, network, revision, reschedule_after AS after FROM channel_policy
    WHERE reschedule_after IS NOT NULL ORDER BY updated_at LIMIT 100`)
  for (const policy of edited)
    for (let after: string | null = policy.after; after !== null && performance.now() < untilMs;)
      after = await followSlice({ ...policy, after })
}

/**
 * The id of the last channel; null when none is left, or when the terms were edited meanwhile or another process took the
 * slice.
 */
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
