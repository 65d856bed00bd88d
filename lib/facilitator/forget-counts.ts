import { db, sql } from '@/lib/db'

const keptFor = '30 days'

const forgottenMax = 10_000

/** Deletes a bounded number of counts older than a month. Safe at any time. */
export async function forgetCounts(): Promise<number> {
  return db.execute(sql`
    DELETE FROM facilitator_verification WHERE claim_key IN (
      SELECT claim_key FROM facilitator_verification WHERE seen_at < now() - ${keptFor}::interval
      ORDER BY seen_at LIMIT ${forgottenMax})`)
}
