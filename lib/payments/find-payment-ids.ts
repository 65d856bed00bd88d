import { db, sql } from '@/lib/db'
import type * as PaymentKey from './PaymentKey'
import { selectIdsByKey, foundMax } from './payment-key-statement'

/** The ids of a merchant's payments that match a key, oldest first. */
export async function findPaymentIds(merchantId: string, key: PaymentKey.PaymentKey): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    SELECT p.id FROM payment p WHERE p.merchant_id = ${merchantId}::uuid AND p.id IN (${selectIdsByKey(key)})
    ORDER BY p.created_at, p.id LIMIT ${foundMax}`)
  return rows.map(({ id }) => id)
}
