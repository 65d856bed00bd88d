import { db, planned, shareReads, sql } from '@/lib/db'

/** How long a wallet whose payment failed after the work was done has to pay before it. */
export const settlesFirstHours = 24

/**
 * Whether a wallet's money has to be in before anything is done for it: in the last day a transfer of it was tried after an upstream had
 * worked, and did not happen. Between the check of a payment and its transfer a wallet can be emptied, its authorization cancelled, or
 * code delegated to it that takes no signature (EIP-7702); the answer is withheld then, but the work is done. This keeps that from
 * being had again and again: the next call is settled first. Reads only.
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
