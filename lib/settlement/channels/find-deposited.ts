import { db, sql } from '@/lib/db'

/** Longest time between the check of a deposit and its row. */
const judgedBeforeMs = 5_000

/** When a known deposit was first checked, ms since 1970; undefined if it is new. */
export async function findDeposited(key: string): Promise<number | undefined> {
  const [row] = await db.query<{ at: Date }>(sql`
    SELECT t.created_at AS at FROM channel c JOIN transaction t ON t.id = c.open_transaction_id WHERE c.opening_key = ${key}
    UNION ALL SELECT u.created_at FROM channel_top_up u WHERE u.hash = ${key} LIMIT 1`)
  return row && row.at.getTime() - judgedBeforeMs
}
