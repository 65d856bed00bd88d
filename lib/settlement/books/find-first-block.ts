import { db, sql, type Sql } from '@/lib/db'
import { Account } from '@/lib/ledger'
import type { Caip2 } from '@/lib/money'
import { type PayoutHolder } from './booked-up-to'

/** The block of an address's first booking; undefined if no record has it. Reads little when little is booked. */
export async function findFirstBlock({
  network,
  asset,
  address,
  firstPaymentBlock,
}: PayoutHolder): Promise<bigint | undefined> {
  const [row] = await db.query<{ block: bigint | null }>(firstPaidByChannels(network, asset, Account.cash(address)))
  const blocks = [firstPaymentBlock, row?.block ?? null].filter((block) => block !== null)
  return blocks.length === 0 ? undefined : blocks.reduce((least, block) => (block < least ? block : least))
}

/**
 * A channel of ours first pays in the block of our first settlement. A settlement by another party may be as early as
 * the channel's opening.
 */
function firstPaidByChannels(network: Caip2, asset: string, cash: string): Sql {
  return sql`
    SELECT min(CASE WHEN own.paid = c.settled_base THEN own.block ELSE opening.block_number END) AS block
    FROM (
      SELECT DISTINCT channel_id AS id FROM transfer
      WHERE debit = ${cash} AND network = ${network} AND asset = ${asset} AND channel_id IS NOT NULL) paid
    JOIN channel c ON c.id = paid.id JOIN transaction opening ON opening.id = c.open_transaction_id,
    LATERAL (
      SELECT coalesce(sum(s.paid_base), 0) AS paid, min(t.block_number) AS block
      FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id JOIN transaction t ON t.id = b.transaction_id
      WHERE s.channel_id = c.id AND s.status = 'settled') own`
}
