import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import type { Transaction } from '@/lib/execution'

export const batchSize = 100

type Row = { seq: bigint; at: Date; type: string; data: unknown }

/** Reads status and events by one statement, so that an ended status comes with the events that ended it. */
export async function readSince(
  reader: Reader,
  id: string,
  afterSeq: bigint,
): Promise<[status: Transaction.TransactionStatus | undefined, events: Row[]]> {
  const rows = await db.query<{ status: Transaction.TransactionStatus } & (Row | { seq: null })>(sql`
    SELECT t.status, e.seq, e.at, e.type, e.data
    FROM transaction t LEFT JOIN LATERAL (
      SELECT seq, at, type, data FROM audit_event
      WHERE transaction_id = t.id AND seq > ${afterSeq} ORDER BY seq LIMIT ${batchSize}) e ON true
    WHERE t.id = ${id}::uuid AND t.merchant_id IS NOT NULL AND (${reader.operator} OR t.merchant_id = ${reader.merchantId}::uuid)
    ORDER BY e.seq`)
  return [rows[0]?.status, rows.flatMap((row) => (row.seq === null ? [] : [row]))]
}
