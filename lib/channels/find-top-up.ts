import { db, sql } from '@/lib/db'
import type { TopUp } from './book-top-up'

/** A top-up by the hash of its payer's transaction, with its outcome. */
export async function findTopUp(
  hash: string,
): Promise<(TopUp & { appliedAt: Date | null; error: string | null }) | undefined> {
  const [row] = await db.query<TopUp & { appliedAt: Date | null; error: string | null }>(sql`
    SELECT transaction_id, channel_id, hash, amount_base,
      applied_at, error
    FROM channel_top_up WHERE hash = ${hash}`)
  return row
}
