import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type * as ChannelView from './ChannelView'
import * as Schedule from './Schedule'

/** The most settlements that a page about one channel or batch shows. */
const settlementsMax = 500

type Row = {
  id: string
  batchId: string
  channelId: string
  payer: string
  kind: ChannelView.ChannelSettlementView['kind']
  trigger: Schedule.SettlementTrigger
  status: ChannelView.ChannelSettlementView['status']
  network: string
  asset: string
  cumulative: bigint
  spent: bigint
  units: bigint
  vouchers: bigint
  paid: bigint | null
  error: string | null
  createdAt: Date
  appliedAt: Date | null
  hash: string | null
}

/** Past and pending payouts of a channel or in a batch, newest first; at most 500. Reads only. */
export async function listSettlements(
  reader: Reader,
  of: { channelId: string } | { batchId: string },
): Promise<ChannelView.ChannelSettlementView[]> {
  const which = 'channelId' in of ? sql`s.channel_id = ${of.channelId}` : sql`s.batch_id = ${of.batchId}::uuid`
  // Settlements are cumulative: one pays for the difference to the one before it.
  const rows = await db.query<Row>(sql`
    SELECT s.id, s.batch_id, s.channel_id, c.payer, s.kind, s.trigger, s.status::text,
      c.network, c.asset, s.cumulative_base AS cumulative, s.spent_base AS spent,
      greatest(s.units - coalesce(before.units, 0), 0) AS units,
      greatest(s.vouchers - coalesce(before.vouchers, 0), 0) AS vouchers,
      s.paid_base AS paid, s.error, s.created_at, s.applied_at, t.hash
    FROM channel_settlement s
      JOIN channel c ON c.id = s.channel_id
      JOIN settlement_batch b ON b.id = s.batch_id
      LEFT JOIN transaction t ON t.id = b.transaction_id
      LEFT JOIN LATERAL (
        SELECT p.units, p.vouchers FROM channel_settlement p
        WHERE p.channel_id = s.channel_id AND p.created_at < s.created_at AND p.status = 'settled'
        ORDER BY p.created_at DESC LIMIT 1) before ON true
    WHERE ${which} AND (${reader.operator} OR c.merchant_id = ${reader.merchantId}::uuid)
    ORDER BY s.created_at DESC, s.id LIMIT ${settlementsMax}`)
  return rows.map(toSettlement)
}

function toSettlement({
  network,
  asset,
  cumulative,
  spent,
  paid,
  createdAt,
  ...row
}: Row): ChannelView.ChannelSettlementView {
  return {
    ...row,
    reason: Schedule.reasons[row.trigger] ?? row.trigger,
    network: labelNetwork(network),
    token: labelToken(network, asset),
    cumulativeBase: cumulative.toString(),
    spentBase: spent.toString(),
    units: row.units.toString(),
    vouchers: row.vouchers.toString(),
    paidBase: paid?.toString() ?? null,
    createdAt: createdAt.toISOString(),
    appliedAt: row.appliedAt?.toISOString() ?? null,
  }
}
