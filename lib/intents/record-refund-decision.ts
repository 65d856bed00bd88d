import { sql, type Tx } from '@/lib/db'

/** Stores the decision about the price of an action that has ended. The first decision stays. Idempotent. */
export async function recordRefundDecision(
  tx: Tx,
  intentId: string,
  decision: 'earned' | 'refunded' | 'kept',
): Promise<void> {
  await tx.execute(sql`UPDATE intent SET squared = ${decision} WHERE id = ${intentId}::uuid AND squared IS NULL`)
}
