import { sql, type Tx } from '@/lib/db'

/**
 * How many of a channel's settlements are searched for its newest block: a batch that fails is halved, and each half is a new
 * settlement.
 */
const newestSettlements = 10

export type ChannelStateRow = {
  id: string
  merchantId: string
  payee: string
  network: string
  asset: string
  escrow: string
  graceSeconds: number
  status: 'open' | 'closing'
  settlementId: string | null
  depositBase: bigint
  settledBase: bigint
  closeRequestedAt: Date | null
  /** The newest block that includes one of its transactions. */
  touchedBlock: bigint
  /** Block of the newest state that was written: a node that is behind it is ignored. */
  stateBlock: bigint
}

export async function lockStateRows(tx: Tx, ids: readonly string[]): Promise<ChannelStateRow[]> {
  // A transaction that a reorganisation removed has no block, so its effect is not in the row any more. A channel has one
  // settlement at a time, so the newest settlements have the newest blocks. The UNION is joined by ids: an OR would read every
  // transaction.
  return tx.query<ChannelStateRow>(sql`
    SELECT c.id, c.merchant_id, c.payee, c.network, c.asset, c.escrow, c.grace_seconds,
      c.settlement_id, c.status, c.deposit_base,
      c.settled_base, c.close_requested_at, c.state_block, (
        SELECT coalesce(max(t.block_number), 0) FROM (
          SELECT c.open_transaction_id AS id
          UNION ALL SELECT u.transaction_id FROM channel_top_up u WHERE u.channel_id = c.id
          UNION ALL (
            SELECT b.transaction_id FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id
            WHERE s.channel_id = c.id ORDER BY s.created_at DESC LIMIT ${newestSettlements})
        ) mine JOIN transaction t ON t.id = mine.id) AS touched_block
    FROM channel c WHERE c.id = ANY(${ids}::text[]) AND c.status IN ('open', 'closing')
    ORDER BY c.id FOR NO KEY UPDATE OF c`)
}
