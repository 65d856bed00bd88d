import { db, planned, sql } from '@/lib/db'

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
