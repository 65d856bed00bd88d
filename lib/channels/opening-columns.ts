import { sql } from '@/lib/db'

export type OpeningRow = { merchantId: string; resourceId: string; transactionId: string }

export const returningOpening = sql`
  RETURNING merchant_id, resource_id, open_transaction_id AS transaction_id`
