import { db, sql } from '@/lib/db'

/** Whether a wallet ever paid here, or tried: it has a payment of any status. Reads only. @param wallet in canonical form. */
export async function hasPaid(wallet: string): Promise<boolean> {
  const [found] = await db.query(sql`SELECT 1 FROM payment WHERE payer = ${wallet} LIMIT 1`)
  return found !== undefined
}
