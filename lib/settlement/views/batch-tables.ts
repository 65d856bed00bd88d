import type { Reader } from '../../ctx'
import { sql, type Sql } from '@/lib/db'

/** The batches `b` that a reader may see, and the rows `x` that have them in the order of their list: triggers write a merchant's parts. */
export function batchTables(reader: Reader): Sql {
  const batches = reader.operator
    ? sql`settlement_batch b CROSS JOIN LATERAL (SELECT b.created_at, b.id AS batch_id) x`
    : sql`batch_part x JOIN settlement_batch b ON b.id = x.batch_id AND x.merchant_id = ${reader.merchantId}::uuid`
  return sql`${batches} LEFT JOIN transaction t ON t.id = b.transaction_id`
}
