import { db, planned, sql } from '@/lib/db'

const keptFor = '30 days'
const forgottenMax = 10_000

/**
 * Counts that a payload is about to be called valid, unless it was handed in to be settled before: one statement, durable before
 * anybody hears of it, so that it counts whichever processes the two verifications of one payload are at.
 * @returns false when it was handed in; then nothing is counted.
 */
export async function countVerification(claimKey: string): Promise<boolean> {
  const counted = await db.execute(
    planned(sql`
    INSERT INTO facilitator_verification AS v (claim_key)
    SELECT ${claimKey} WHERE NOT EXISTS (SELECT FROM payment WHERE claim_key = ${claimKey})
    ON CONFLICT (claim_key) DO UPDATE SET times = v.times + 1, seen_at = now()`),
  )
  return counted === 1
}

/** How often a payload was called valid in the last month. */
export async function findVerifications(claimKey: string): Promise<number> {
  const [row] = await db.query<{ times: number }>(
    sql`SELECT times FROM facilitator_verification WHERE claim_key = ${claimKey}`,
  )
  return row?.times ?? 0
}

/** Forgets a bounded number of payloads that were last verified more than a month ago. Safe at any time. */
export async function forgetCounts(): Promise<number> {
  return db.execute(sql`
    DELETE FROM facilitator_verification WHERE claim_key IN (
      SELECT claim_key FROM facilitator_verification WHERE seen_at < now() - ${keptFor}::interval
      ORDER BY seen_at LIMIT ${forgottenMax})`)
}
