import { sql, type Tx } from '@/lib/db'

/** Whether a wallet is a member of a merchant; undefined if there is no such merchant. Reads only. */
export async function findMembership(
  tx: Tx,
  address: string,
  merchantId: string,
): Promise<{ isMember: boolean } | undefined> {
  const [found] = await tx.query<{ isMember: boolean }>(sql`
    SELECT b.address IS NOT NULL AS is_member
    FROM merchant m LEFT JOIN member b ON b.merchant_id = m.id AND b.address = ${address}
    WHERE m.id::text = ${merchantId}`)
  return found
}
