import { keccak256, type Hex } from 'viem'
import { db, sql } from '@/lib/db'

/**
 * When a payer's transaction that was taken before could last be included, ms since 1970; undefined when it never came. An agent
 * that was told to send its opening or top-up again must not be refused because that moment is over.
 */
export async function findTaken(transaction: Hex): Promise<number | undefined> {
  const [row] = await db.query<{ expiresAt: Date | null }>(sql`
    SELECT t.expires_at FROM attempt a JOIN transaction t ON t.id = a.transaction_id
    WHERE a.hash = ${keccak256(transaction)} AND t.kind = 'raw'`)
  return row?.expiresAt?.getTime()
}

/** A deposit is looked at this long before it is written down, at most. */
const judgedBeforeMs = 5_000

/** When a deposit that was taken before was looked at first, ms since 1970; undefined when it never came. */
export async function findDeposited(key: string): Promise<number | undefined> {
  const [row] = await db.query<{ at: Date }>(sql`
    SELECT t.created_at AS at FROM channel c JOIN transaction t ON t.id = c.open_transaction_id WHERE c.opening_key = ${key}
    UNION ALL SELECT u.created_at FROM channel_top_up u WHERE u.hash = ${key} LIMIT 1`)
  return row && row.at.getTime() - judgedBeforeMs
}
