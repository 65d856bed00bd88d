import { db, sql } from '@/lib/db'

/**
 * Since when (ISO 8601) something that another facilitator claimed for the payee of a channel waits in the escrow for its payout; null
 * when nothing does, as far as is known. Of all its channels with that payee and token: the escrow keeps one sum. Reads only.
 */
export async function findOwedPayout(channelId: string): Promise<string | null> {
  const [row] = await db.query<{ since: Date }>(sql`
    SELECT p.owed_since AS since FROM channel c JOIN channel_payout p
      ON (p.merchant_id, p.network, p.payee, p.asset) = (c.merchant_id, c.network, c.payee, c.asset)
    WHERE c.id = ${channelId} AND p.owed_since IS NOT NULL`)
  return row?.since.toISOString() ?? null
}
