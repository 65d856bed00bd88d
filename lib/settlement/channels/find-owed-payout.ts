import { db, sql } from '@/lib/db'

/**
 * The time (ISO 8601) since which an amount that a remote facilitator claimed waits in the escrow for its payout; null
 * if none is known. It covers all channels with the same payee and token, because the escrow keeps one sum. Reads only.
 */
export async function findOwedPayout(channelId: string): Promise<string | null> {
  const [row] = await db.query<{ since: Date }>(sql`
    SELECT p.owed_since AS since FROM channel c JOIN channel_payout p
      ON (p.merchant_id, p.network, p.payee, p.asset) = (c.merchant_id, c.network, c.payee, c.asset)
    WHERE c.id = ${channelId} AND p.owed_since IS NOT NULL`)
  return row?.since.toISOString() ?? null
}
