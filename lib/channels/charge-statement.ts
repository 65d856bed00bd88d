import { createCtx } from '../ctx'
import { insertEvents } from '@/lib/audit'
import { processId, sql, type Sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Account, insertTransfers } from '@/lib/ledger'
import type { Caip2 } from '@/lib/money'

/** The end of one delivery on a channel. Amounts in base units. */
export type Charge = {
  channelId: string
  merchantId: string
  resourceId: string
  network: Caip2
  asset: string
  requestId: string
  /** What `acceptVoucher` reserved for it: released in any case. */
  heldBase: bigint
  /** The price of what was delivered; zero if the delivery failed. */
  chargedBase: bigint
  units: bigint
  /** The voucher of the request. Absent if it used older credit: it then counts for the highest voucher. */
  voucher?: { cumulativeBase: bigint; signature: Buffer } | undefined
  /** Status of the upstream's answer; absent if no upstream was called or it gave no answer. */
  upstreamStatus?: number | undefined
  failed: boolean
}

/** The channel after a charge. */
export type ChargedChannel = {
  acceptedBase: bigint
  spentBase: bigint
  units: bigint
  depositBase: bigint
  settledBase: bigint
}

export function holdLost(): AppError {
  return new AppError('stale-state', 'This delivery was taken back by another process meanwhile.')
}

export function isHoldLost(error: unknown): boolean {
  return error instanceof Error && error.message === 'hold-lost'
}

/** The sums of a group's deliveries for one channel. */
type Sum = {
  channelId: string
  heldBase: bigint
  chargedBase: bigint
  units: bigint
  charges: [Charge, ...Charge[]]
}

function sumUp(group: readonly Charge[]): Sum[] {
  const sums = new Map<string, Sum>()
  for (const charge of group) {
    const sum = sums.get(charge.channelId)
    if (!sum) {
      const { channelId, heldBase, chargedBase, units } = charge
      sums.set(channelId, { channelId, heldBase, chargedBase, units, charges: [charge] })
      continue
    }
    sum.heldBase += charge.heldBase
    sum.chargedBase += charge.chargedBase
    sum.units += charge.units
    sum.charges.push(charge)
  }
  return [...sums.values()]
}

export function chargeStatement(group: readonly Charge[]): Sql {
  const sums = sumUp(group)
  const ids = sums.map(({ channelId }) => channelId)
  return sql`
    WITH sums AS (
      SELECT * FROM unnest(
        ${ids}::text[], ${sums.map(({ heldBase }) => heldBase)}::numeric[],
        ${sums.map(({ chargedBase }) => chargedBase)}::numeric[], ${sums.map(({ units }) => units)}::bigint[]
      ) AS s(id, held, charged, units)
    ), locked AS (
      SELECT c.id FROM channel c WHERE c.id = ANY(${ids}::text[]) ORDER BY c.id FOR NO KEY UPDATE
    ), freed AS (
      UPDATE channel_hold h SET amount_base = h.amount_base - s.held FROM sums s JOIN locked l ON l.id = s.id
      WHERE h.channel_id = s.id AND h.owner_id = ${processId}::uuid AND h.amount_base >= s.held AND s.held > 0
      RETURNING h.channel_id
    ), charged AS (
      UPDATE channel c SET reserved_base = c.reserved_base - s.held, spent_base = c.spent_base + s.charged,
        units = c.units + s.units
      FROM sums s JOIN locked l ON l.id = s.id WHERE c.id = s.id AND (s.held = 0 OR s.id IN (SELECT channel_id FROM freed))
      RETURNING c.id, c.accepted_base, c.accepted_signature, c.spent_base, c.units, c.deposit_base, c.settled_base
    ), written AS (${insertVouchers(group)}),
      booked AS (${insertTransfers(sums.flatMap(toEntry))}),
      audited AS (${insertEvents(createCtx({ kind: 'system', id: 'channels' }), sums.map(toEvent))})
    SELECT id, accepted_base, spent_base, units, deposit_base,
      settled_base
    FROM (SELECT CASE WHEN (SELECT count(*) FROM charged) < (SELECT count(*) FROM sums) THEN refuse('hold-lost') END) checked
      LEFT JOIN charged ON true`
}

/** One row per voucher: several deliveries on one voucher add up. */
function insertVouchers(group: readonly Charge[]): Sql {
  return sql`
    INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units, failures, resource_id, upstream_status)
    SELECT c.id, coalesce(v.cumulative, c.accepted_base), (array_agg(coalesce(v.signature, c.accepted_signature)))[1],
      sum(v.charged), sum(v.units), sum(v.failures), (array_agg(v.resource_id))[1], min(v.status)
    FROM unnest(
      ${group.map(({ channelId }) => channelId)}::text[], ${group.map(({ voucher }) => voucher?.cumulativeBase ?? null)}::numeric[],
      ${group.map(({ voucher }) => voucher?.signature ?? null)}::bytea[], ${group.map(({ chargedBase }) => chargedBase)}::numeric[],
      ${group.map(({ units }) => units)}::bigint[], ${group.map(({ failed }) => Number(failed))}::int[],
      ${group.map(({ resourceId }) => resourceId)}::uuid[],
      ${group.map(({ upstreamStatus }) => upstreamStatus ?? null)}::int[]
    ) AS v(id, cumulative, signature, charged, units, failures, resource_id, status) JOIN charged c ON c.id = v.id
    GROUP BY 1, 2
    ON CONFLICT (channel_id, cumulative_base) DO UPDATE SET charged_base = voucher.charged_base + EXCLUDED.charged_base,
      units = voucher.units + EXCLUDED.units, failures = voucher.failures + EXCLUDED.failures,
      resource_id = EXCLUDED.resource_id, upstream_status = coalesce(EXCLUDED.upstream_status, voucher.upstream_status)`
}

function toEntry({ channelId, chargedBase, charges: [{ merchantId, network, asset }] }: Sum) {
  if (chargedBase === 0n) return []
  return {
    kind: 'direct' as const,
    reason: 'earn' as const,
    debit: Account.receivable(merchantId),
    credit: Account.revenue(merchantId),
    network,
    asset,
    amountBase: chargedBase,
    channelId,
  }
}

function toEvent({ channelId, chargedBase, units, charges }: Sum) {
  const [{ merchantId, resourceId }] = charges
  return {
    type: 'channel.charged' as const,
    merchantId,
    resourceId,
    channelId,
    data: {
      chargedBase: chargedBase.toString(),
      units: units.toString(),
      deliveries: charges.map(({ requestId, voucher, chargedBase: base, failed, upstreamStatus }) => ({
        requestId,
        ...(voucher && { voucher: voucher.cumulativeBase.toString() }),
        chargedBase: base.toString(),
        ...(failed && { failed }),
        ...(upstreamStatus !== undefined && { upstreamStatus }),
      })),
    },
  }
}
