import { sql, type Tx } from '@/lib/db'

export type FraudWarning = {
  externalId: string
  merchantId: string
  paymentId: string
  network: string
  kind: string
  actionable: boolean
  warnedAt: Date
}

/** Writes a warning of fraud as it is now. One that needed no action never needs one again. @returns true the first time. */
export async function keepFraudWarning(tx: Tx, warning: FraudWarning): Promise<boolean> {
  const { externalId, merchantId, paymentId, network, kind, actionable, warnedAt } = warning
  const [kept] = await tx.query<{ isNew: boolean }>(sql`
    INSERT INTO fraud_warning (external_id, merchant_id, payment_id, network, kind, actionable, warned_at)
    VALUES (${externalId}, ${merchantId}::uuid, ${paymentId}::uuid, ${network}, ${kind}, ${actionable}, ${warnedAt})
    ON CONFLICT (external_id) DO UPDATE SET actionable = fraud_warning.actionable AND EXCLUDED.actionable
    RETURNING xmax = 0 AS is_new`)
  return kept?.isNew ?? false
}
