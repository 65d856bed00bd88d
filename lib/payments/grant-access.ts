import { type Tx } from '@/lib/db'
import { insertAccess } from './access-grants'

/**
 * Lets the payers of these payments come back for as long as their resources say now; written together with the delivery. May be
 * called twice for one.
 */
export async function grantAccess(tx: Tx, paymentIds: readonly string[]): Promise<void> {
  await tx.execute(insertAccess(paymentIds))
}
