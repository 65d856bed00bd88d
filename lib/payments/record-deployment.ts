import { sql, type Tx } from '@/lib/db'

/** Stores which transaction deploys the account of a payment's payer. */
export async function recordDeployment(tx: Tx, paymentId: string, transactionId: string): Promise<void> {
  await tx.execute(sql`UPDATE payment SET deployment_id = ${transactionId}::uuid WHERE id = ${paymentId}::uuid`)
}
