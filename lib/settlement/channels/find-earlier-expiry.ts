import { keccak256, type Hex } from 'viem'
import { db, sql } from '@/lib/db'

/**
 * The last moment at which a known transaction of a payer could be included, ms since 1970; undefined if it is new. An
 * agent that repeats its opening or top-up as instructed must not be refused because that moment has passed.
 */
export async function findEarlierExpiry(transaction: Hex): Promise<number | undefined> {
  const [row] = await db.query<{ expiresAt: Date | null }>(sql`
    SELECT t.expires_at FROM attempt a JOIN transaction t ON t.id = a.transaction_id
    WHERE a.hash = ${keccak256(transaction)} AND t.kind = 'raw'`)
  return row?.expiresAt?.getTime()
}
