import { sql, type Sql } from '@/lib/db'

export function selectPendingSettlements(batchId: string): Sql {
  return sql`
    SELECT s.id, s.channel_id, s.kind, s.trigger, s.cumulative_base,
      s.capture_base, s.refund_base, c.escrow, b.transaction_id
    FROM channel_settlement s JOIN channel c ON c.id = s.channel_id JOIN settlement_batch b ON b.id = s.batch_id
    WHERE s.batch_id = ${batchId}::uuid AND s.status = 'pending' ORDER BY s.channel_id`
}
