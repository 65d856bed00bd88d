import { sql, type Tx } from '@/lib/db'

/** Notifications that a merchant's resources changed. Payload: the merchant's slug. */
export const resourceChanged = 'resource_changed'

/**
 * Makes every process load this merchant's resources again, once `tx` commits. Call it in the transaction of every write to
 * resource, resource_payout, resource_header or merchant.
 */
export async function notifyResourceChanged(tx: Tx, merchantSlug: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${resourceChanged}, ${merchantSlug})`)
}
