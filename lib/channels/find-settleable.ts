import { db, sql, type Tx } from '@/lib/db'
import type { Channel } from './Channel'
import { columns } from './columns'

/** A stored voucher. */
export type ChosenVoucher = { cumulativeBase: bigint; signature: Buffer }

/** An open channel without a running settlement, with the vouchers next to the spent amount. */
export type SettleableChannel = Channel & {
  /**
   * `above`: the lowest voucher that covers the spent amount. `below`: the highest one that does not exceed it and is not
   * settled.
   */
  above: ChosenVoucher | null
  below: ChosenVoucher | null
}

type Row = Channel & {
  aboveBase: bigint | null
  aboveSignature: Buffer | null
  belowBase: bigint | null
  belowSignature: Buffer | null
}

/** The open, free channels among these, ordered by id. */
export async function findSettleable(ids: readonly string[], using: Tx = db): Promise<SettleableChannel[]> {
  const rows = await using.query<Row>(sql`
    SELECT ${columns}, a.cumulative_base AS above_base, a.signature AS above_signature, b.cumulative_base AS below_base,
      b.signature AS below_signature
    FROM channel
    LEFT JOIN LATERAL (
      SELECT v.cumulative_base, v.signature FROM voucher v
      WHERE v.channel_id = channel.id AND v.cumulative_base >= channel.spent_base AND v.cumulative_base > channel.settled_base
      ORDER BY v.cumulative_base LIMIT 1) a ON true
    LEFT JOIN LATERAL (
      SELECT v.cumulative_base, v.signature FROM voucher v
      WHERE v.channel_id = channel.id AND v.cumulative_base < channel.spent_base AND v.cumulative_base > channel.settled_base
      ORDER BY v.cumulative_base DESC LIMIT 1) b ON true
    WHERE channel.id = ANY(${ids}::text[]) AND channel.status = 'open' AND channel.settlement_id IS NULL
    ORDER BY channel.id`)
  return rows.map(({ aboveBase, aboveSignature, belowBase, belowSignature, ...channel }) => ({
    ...channel,
    above: shown(aboveBase, aboveSignature) ?? shown(channel.acceptedBase, channel.acceptedSignature),
    below: shown(belowBase, belowSignature),
  }))
}

function shown(cumulativeBase: bigint | null, signature: Buffer | null): ChosenVoucher | null {
  return cumulativeBase !== null && signature ? { cumulativeBase, signature } : null
}
