import { db, sql } from '@/lib/db'

/** How often a payload was called valid in the last month. */
export async function findVerifications(claimKey: string): Promise<number> {
  const [row] = await db.query<{ times: number }>(
    sql`SELECT times FROM facilitator_verification WHERE claim_key = ${claimKey}`,
  )
  return row?.times ?? 0
}
