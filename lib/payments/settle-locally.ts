import { sql, type Tx } from '@/lib/db'

/** Lets this server settle a payment that no remote facilitator received. Does nothing once the payment is being settled. */
export async function settleLocally(tx: Tx, paymentId: string): Promise<void> {
  await tx.execute(sql`UPDATE payment SET settle_via = 'local' WHERE id = ${paymentId}::uuid AND settlement = 'none'`)
}
