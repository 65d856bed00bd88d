import type { Reader } from '../ctx'
import { labelToken } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import type * as ChannelView from './ChannelView'

type Sums = {
  network: string
  asset: string
  open: number
  closing: number
  parked: number
  escrow: bigint
  atRisk: bigint
  unclaimed: bigint
  lost: bigint
}

/** What all channels of the reader hold together. Reads only. */
export async function summarizeChannels(reader: Reader): Promise<ChannelView.ChannelsSummary> {
  const mine = sql`(${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`
  const [sums, [next]] = await Promise.all([
    db.query<Sums>(sql`
      SELECT network, asset,
        count(*) FILTER (WHERE status = 'open' AND close_requested_at IS NULL)::int AS open,
        count(*) FILTER (WHERE status = 'closing' OR status = 'open' AND close_requested_at IS NOT NULL)::int AS closing,
        count(*) FILTER (WHERE parked_reason IS NOT NULL)::int AS parked,
        sum(greatest(deposit_base - settled_base, 0)) AS escrow, sum(greatest(spent_base - settled_base, 0)) AS at_risk,
        sum(greatest(accepted_base - settled_base, 0)) AS unclaimed, 0::numeric AS lost
      FROM channel WHERE status IN ('open', 'closing') AND ${mine} GROUP BY 1, 2
      UNION ALL
      SELECT network, asset, 0, 0, 0, 0, 0, 0, sum(spent_base - settled_base)
      FROM channel WHERE status = 'closed' AND spent_base > settled_base AND ${mine} GROUP BY 1, 2`),
    db.query<{ id: string; at: Date }>(sql`
      SELECT id, close_deadline_at AS at FROM channel
      WHERE status = 'open' AND close_requested_at IS NOT NULL AND close_deadline_at IS NOT NULL AND ${mine} ORDER BY close_deadline_at LIMIT 1`),
  ])
  const count = (pick: (row: Sums) => number) => sums.reduce((total, row) => total + pick(row), 0)
  const micros = (pick: (row: Sums) => bigint) =>
    sums
      .reduce((total, row) => total + Amount.baseToMicros(pick(row), labelToken(row.network, row.asset).decimals), 0n)
      .toString()
  return {
    open: count((row) => row.open),
    closing: count((row) => row.closing),
    parked: count((row) => row.parked),
    escrowMicros: micros((row) => row.escrow),
    atRiskMicros: micros((row) => row.atRisk),
    unclaimedMicros: micros((row) => row.unclaimed),
    lostMicros: micros((row) => row.lost),
    nextDeadline: next ? { channelId: next.id, at: next.at.toISOString() } : null,
  }
}
