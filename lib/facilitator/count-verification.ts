import { db, planned, sql } from '@/lib/db'

/**
 * Counts that a payload is about to be called valid, unless it was already sent to /settle. One statement, committed
 * before the answer, so verifications in different processes are counted.
 * @returns false if it was already sent to /settle; then nothing is counted.
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
