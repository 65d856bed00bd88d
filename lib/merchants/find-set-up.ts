import { db, sql } from '@/lib/db'

/** Whether a merchant has payout addresses, and something on sale. Reads only. */
export async function findSetUp(merchantId: string): Promise<{ payouts: boolean; resource: boolean }> {
  const [row] = await db.query<{ payouts: boolean; resource: boolean }>(sql`
    SELECT EXISTS (SELECT FROM merchant_payout WHERE merchant_id = ${merchantId}::uuid) AS payouts,
      EXISTS (SELECT FROM resource WHERE merchant_id = ${merchantId}::uuid AND status = 'live') AS resource`)
  return row ?? { payouts: false, resource: false }
}
