import { db, sql } from '@/lib/db'
import type * as IntentProgress from './IntentProgress'

type By = { intentId: string } | { paymentId: string } | { merchantId: string; idempotencyKey: string }

/** The progress of an intent, by its id, its payment or its key; undefined if there is none. */
export async function findProgress(by: By): Promise<IntentProgress.IntentProgress | undefined> {
  const where =
    'intentId' in by
      ? sql`i.id = ${by.intentId}::uuid`
      : 'paymentId' in by
        ? sql`i.payment_id = ${by.paymentId}::uuid`
        : sql`i.merchant_id = ${by.merchantId}::uuid AND i.idempotency_key = ${by.idempotencyKey}`
  const rows = await db.query<IntentProgress.ProgressPart & Omit<IntentProgress.IntentProgress, 'transactions'>>(sql`
    SELECT i.id AS intent_id, i.finality, t.id, t.status, coalesce(t.hash, a.hash) AS hash,
      t.block_number, t.error, t.held_reason,
      EXISTS (SELECT 1 FROM attempt c WHERE c.hash = t.hash AND c.kind = 'cancel') AS is_cancelling
    FROM intent i JOIN transaction t ON t.intent_id = i.id
      LEFT JOIN LATERAL (SELECT hash FROM attempt WHERE transaction_id = t.id ORDER BY seq DESC LIMIT 1) a ON true
    WHERE ${where} ORDER BY t.position`)
  const [first] = rows
  if (!first) return undefined
  const { intentId, finality } = first
  return { intentId, finality, transactions: rows }
}
