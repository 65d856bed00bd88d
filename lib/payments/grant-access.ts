import { type Tx } from '@/lib/db'
import { insertAccess } from './access-grants'

/**
 * Gives the payers of these payments access for as long as their resources say now, in the transaction of the delivery.
 * Idempotent per payment.
 */
export async function grantAccess(tx: Tx, paymentIds: readonly string[]): Promise<void> {
  await tx.execute(insertAccess(paymentIds))
}
