import { keccak256, type Hex } from 'viem'
import { db, sql } from '@/lib/db'

/**
 * When a payer's transaction that was taken before could last be included, ms since 1970; undefined when it never came. An agent
 * that was told to send its opening or top-up again must not be refused because that moment is over.
 */
export async function findEarlierExpiry(transaction: Hex): Promise<number | undefined> {
  const [row] = await db.query<{ expiresAt: Date | null }>(sql`
    SELECT t.expires_at FROM attempt a JOIN transaction t ON t.id = a.transaction_id
    WHERE a.hash = ${keccak256(transaction)} AND t.kind = 'raw'`)
  return row?.expiresAt?.getTime()
}
