import { db, sql, type Tx } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import type { Channel } from './Channel'
import { columns } from './columns'

/** A stored voucher. */
export type Shown = { cumulativeBase: bigint; signature: Buffer }

/** An open channel that no settlement holds, with the vouchers around what was spent. */
export type Settleable = Channel & {
  /** The least that covers what was spent, and the greatest that does not go beyond it and is not settled. */
  above: Shown | null
  below: Shown | null
}

type Row = Channel & {
  aboveBase: bigint | null
  aboveSignature: Buffer | null
  belowBase: bigint | null
  belowSignature: Buffer | null
}

/** Those of these channels that are open and free, in the order of their ids. */
export async function findSettleable(ids: readonly string[], using: Tx = db): Promise<Settleable[]> {
  const rows = await using.query<Row>(sql`
    SELECT ${columns}, a.cumulative_base AS "aboveBase", a.signature AS "aboveSignature", b.cumulative_base AS "belowBase",
      b.signature AS "belowSignature"
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

function shown(cumulativeBase: bigint | null, signature: Buffer | null): Shown | null {
  return cumulativeBase !== null && signature ? { cumulativeBase, signature } : null
}

/** What the schedule looks at of a free channel, and what a settlement would group it by. */
export type Candidate = {
  id: string
  merchantId: string
  network: Caip2
  asset: string
  payee: string
  units: bigint
  atRiskBase: bigint
  exposureBase: bigint
  sinceAt: Date
  lastVoucherAt: Date
  closeDeadlineAt: Date | null
}

/**
 * Free channels that may be due: something is unsettled, the payer asked to close, or they have been silent for at least
 * `idleMs`; those that are parked come back when their time has come. Requested closes first, the nearest deadline ahead.
 */
export function findCandidates(networks: readonly string[], idleMs: number): Promise<Candidate[]> {
  return db.query<Candidate>(sql`
    WITH live AS (
      SELECT *, greatest(spent_base - settled_base, 0) AS at_risk,
        sum(greatest(spent_base - settled_base, 0)) OVER (PARTITION BY merchant_id, network) AS exposure
      FROM channel WHERE status IN ('open', 'closing') AND network = ANY(${networks}::text[]))
    SELECT id, merchant_id AS "merchantId", network, asset, payee, units - settled_units AS units, at_risk AS "atRiskBase",
      exposure AS "exposureBase", coalesce(last_settled_at, opened_at, created_at) AS "sinceAt",
      coalesce(last_voucher_at, opened_at, created_at) AS "lastVoucherAt", close_deadline_at AS "closeDeadlineAt"
    FROM live
    WHERE status = 'open' AND settlement_id IS NULL AND (parked_until IS NULL OR parked_until <= now())
      AND (apart_until IS NULL OR apart_until <= now())
      AND (at_risk > 0 OR close_requested_at IS NOT NULL
        OR coalesce(last_voucher_at, opened_at, created_at) <= now() - make_interval(secs => ${idleMs / 1000}))
    ORDER BY close_deadline_at NULLS LAST, exposure DESC, id`)
}
