import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import type * as PayerRequest from './PayerRequest'
import { payerRequestColumns, toPayerRequest, type PayerRequestRow } from './payer-request-rows'

const openMax = 100

/** The requests of payers that no member answered yet, oldest first, a hundred at most. */
export async function listPayerRequests(reader: Reader): Promise<PayerRequest.PayerRequestView[]> {
  const rows = await db.query<PayerRequestRow>(sql`
    SELECT ${payerRequestColumns} FROM payer_request q
    WHERE q.answered_at IS NULL AND (${reader.operator} OR q.merchant_id = ${reader.merchantId}::uuid)
    ORDER BY q.created_at LIMIT ${openMax}`)
  return rows.map(toPayerRequest)
}
