import { db, sql } from '@/lib/db'

/** How many deposits a payer made into its channels with a merchant within the last hour, whether they succeeded or not. */
export async function countDeposits(merchantId: string, payer: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(sql`
    SELECT (
      SELECT count(*)::int FROM channel
      WHERE payer = ${payer} AND merchant_id = ${merchantId}::uuid AND created_at > now() - interval '1 hour') + (
      SELECT count(*)::int FROM channel_top_up u JOIN channel c ON c.id = u.channel_id
      WHERE c.payer = ${payer} AND c.merchant_id = ${merchantId}::uuid AND u.created_at > now() - interval '1 hour') AS count`)
  return row?.count ?? 0
}
