import { db, sql } from '@/lib/db'
import type { FraudWarning } from './keep-fraud-warning'

/** The newest warning of fraud about a payment; undefined if there is none. */
export async function findFraudWarning(paymentId: string): Promise<FraudWarning | undefined> {
  const [found] = await db.query<FraudWarning>(sql`
    SELECT external_id, merchant_id, payment_id, network, kind, actionable, warned_at FROM fraud_warning
    WHERE payment_id = ${paymentId}::uuid ORDER BY warned_at DESC LIMIT 1`)
  return found
}
