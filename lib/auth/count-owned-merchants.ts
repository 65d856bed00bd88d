import { sql, type Tx } from '@/lib/db'

/** The number of merchants that a wallet owns. Reads only. */
export async function countOwnedMerchants(tx: Tx, address: string): Promise<number> {
  const [owned] = await tx.query<{ count: bigint }>(sql`
    SELECT count(*) FROM member WHERE address = ${address} AND role = 'owner'`)
  return Number(owned?.count ?? 0n)
}
