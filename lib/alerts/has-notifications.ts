import { db, sql } from '@/lib/db'

/** Whether a merchant has an alert rule or a webhook that is on. Reads only. */
export async function hasNotifications(merchantId: string): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(sql`
    SELECT EXISTS (SELECT FROM alert_rule WHERE merchant_id = ${merchantId}::uuid AND enabled)
      OR EXISTS (SELECT FROM webhook_endpoint WHERE merchant_id = ${merchantId}::uuid AND disabled_at IS NULL) AS found`)
  return row?.found ?? false
}
