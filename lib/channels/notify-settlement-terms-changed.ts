import { sql, type Tx } from '@/lib/db'
import { settlementTermsChanged } from './settlement-terms-cache'

/** Makes every process load this merchant's terms again, once `tx` commits. */
export async function notifySettlementTermsChanged(tx: Tx, merchantId: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${settlementTermsChanged}, ${merchantId})`)
}
