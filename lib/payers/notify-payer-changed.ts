import { sql, type Tx } from '@/lib/db'
import { payerChanged } from './payer-rules-cache'

/** Makes every process load this merchant's payer rules again, once `tx` commits. */
export async function notifyPayerChanged(tx: Tx, merchantId: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${payerChanged}, ${merchantId})`)
}
