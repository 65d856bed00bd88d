import { db, planned, shareReads, sql } from '@/lib/db'

/** How long a wallet whose payment failed after the work was done has to pay before the work. */
export const settlesFirstHours = 24

/**
 * Whether this wallet's payments must settle before the upstream is called: within the last day one of its transfers failed
 * after an upstream had done the work. Between check and transfer a wallet can be emptied, its authorization cancelled, or code
 * delegated to it that accepts no signature (EIP-7702). The answer is withheld then, but the work is done; settling the next
 * call first limits that to once. Reads only.
 */
export function mustSettleFirst(payer: string): Promise<boolean> {
  return read(payer)
}

const read = shareReads<string, boolean>(async (payers) => {
  const rows = await db.query<{ found: boolean }>(
    planned(sql`
    SELECT EXISTS (
      SELECT FROM payment WHERE payer = asked.payer AND settlement = 'failed' AND settle_when = 'after' AND batch_id IS NOT NULL
        AND created_at > now() - ${`${settlesFirstHours} hours`}::interval) AS found
    FROM unnest(${payers}::text[]) WITH ORDINALITY AS asked(payer, at) ORDER BY asked.at`),
  )
  return rows.map(({ found }) => found)
})
