import { db, sql } from '@/lib/db'
import { type Payment } from '@/lib/payments'
import { type PaymentResult } from './apply-batch'

/** The current state of payments, whichever process booked them. */
export async function readResults(ids: readonly string[]): Promise<Map<string, PaymentResult>> {
  const rows = await db.query<{
    id: string
    status: Payment.PaymentStatus
    settlement: Payment.SettlementState
    receipt: Payment.ReceiptHeaders | null
    txHash: string | null
    reason: string | null
  }>(sql`SELECT id, status, settlement, receipt, tx_hash, reason FROM payment WHERE id = ANY(${ids}::uuid[])`)
  return new Map(
    rows.map(({ id, status, settlement, receipt, txHash, reason }): [string, PaymentResult] => {
      if (settlement === 'settled' && receipt)
        return [id, { kind: 'settled', receipt, delivered: status === 'delivered', txHash }]
      if (status === 'voided') return [id, { kind: 'failed', reason: reason ?? 'The payment was voided.' }]
      return [id, { kind: 'unknown' }]
    }),
  )
}
