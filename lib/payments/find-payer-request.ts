import { db, sql } from '@/lib/db'
import type * as PayerRequest from './PayerRequest'
import { payerRequestColumns, toPayerRequest, type PayerRequestRow } from './payer-request-rows'

/** The request about a payment that the caller may see; undefined if there is none. */
export async function findPayerRequest(paymentId: string): Promise<PayerRequest.PayerRequestView | undefined> {
  const [row] = await db.query<PayerRequestRow>(
    sql`SELECT ${payerRequestColumns} FROM payer_request q WHERE q.payment_id = ${paymentId}::uuid`,
  )
  return row && toPayerRequest(row)
}
