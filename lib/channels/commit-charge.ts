import { createCtx } from '../ctx'
import { insertEvents } from '@/lib/audit'
import { db, prepared, processId, sql, type Sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Account, insertTransfers } from '@/lib/ledger'
import type { Caip2 } from '@/lib/money'
import { groupCommit } from './group-commit'
import { countOutstanding, resyncLater } from './outstanding'

/** The end of one delivery on a channel. Amounts in base units. */
export type Charge = {
  channelId: string
  merchantId: string
  resourceId: string
  network: Caip2
  asset: string
  requestId: string
  /** What `reserveCharge` holds for it: given back in any case. */
  heldBase: bigint
  /** What was delivered; zero when it failed. */
  chargedBase: bigint
  units: bigint
  /** The voucher that it came with; absent when it goes on with older credit, and counts for the highest voucher then. */
  voucher?: { cumulativeBase: bigint; signature: Buffer } | undefined
  /** What the upstream answered; absent where none was called, or it gave no answer. */
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

const groupMax = 256

/**
 * Ends a delivery: takes back its hold, and charges what was delivered. One statement writes the channel, its voucher, the
 * ledger and the audit event for all deliveries that end at the same moment. When it returns, the charge is durable: only then
 * may an answer begin.
 * @throws AppError stale-state when this process was taken for dead and its holds were given back; unavailable when the
 *   database cannot be reached. Then nothing may be delivered. In any case the hold is not the caller's any more: what is
 *   left of it is given back later.
 */
export async function commitCharge(charge: Charge): Promise<ChargedChannel> {
  try {
    return await commit(charge)
  } catch (error) {
    resyncLater(charge.channelId)
    throw error
  } finally {
    countOutstanding(charge.channelId, -charge.heldBase)
  }
}

/**
 * The same as part of a transaction of somebody else's, so that both happen or neither does. `work` runs it and calls `commit`
 * in it; when it does not, or fails, nothing was charged. The hold is not the caller's any more in any case.
 * @throws whatever `work` does; AppError stale-state as above.
 */
export async function commitChargeWithin<Result>(
  charge: Charge,
  work: (commit: (tx: Tx) => Promise<ChargedChannel>) => Promise<Result>,
): Promise<Result> {
  let isCharged = false
  try {
    return await work(async (tx) => {
      const [charged] = await tx.query<ChargedChannel>(statement([charge]))
      if (!charged) throw new Error('a charge has no result')
      isCharged = true
      return charged
    })
  } catch (error) {
    isCharged = false
    throw isLost(error) ? takenBack() : error
  } finally {
    if (!isCharged) resyncLater(charge.channelId)
    countOutstanding(charge.channelId, -charge.heldBase)
  }
}

const commit = groupCommit<Charge, ChargedChannel>(writeGroup, groupMax)

/** All in one statement, or, when holds of one channel are gone, each channel in its own. */
async function writeGroup(group: readonly Charge[]): Promise<readonly (ChargedChannel | Error)[]> {
  try {
    return await write(group)
  } catch (error) {
    if (!isLost(error)) throw error
    const ids = [...new Set(group.map(({ channelId }) => channelId))]
    if (ids.length === 1) return group.map(takenBack)
    const results = new Map<Charge, ChargedChannel | Error>()
    for (const id of ids) {
      const charges = group.filter(({ channelId }) => channelId === id)
      const written = await writeGroup(charges)
      charges.forEach((charge, index) => results.set(charge, written[index] ?? new Error('a charge has no result')))
    }
    return group.map((charge) => results.get(charge) ?? new Error('a charge has no result'))
  }
}

async function write(group: readonly Charge[]): Promise<readonly (ChargedChannel | Error)[]> {
  const rows = await db.query<ChargedChannel & { id: string }>(prepared('commit-charge', statement(group)))
  const byId = new Map(rows.map(({ id, ...charged }) => [id, charged]))
  return group.map(({ channelId }) => byId.get(channelId) ?? new Error('a charge has no result'))
}

function takenBack(): AppError {
  return new AppError('stale-state', 'This delivery was taken back by another process meanwhile.')
}

function isLost(error: unknown): boolean {
  return error instanceof Error && error.message === 'hold-lost'
}

/** What the deliveries of a group come to for each channel. */
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

function statement(group: readonly Charge[]): Sql {
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
      told AS (${insertEvents(createCtx({ kind: 'system', id: 'channels' }), sums.map(toEvent))})
    SELECT id, accepted_base, spent_base, units, deposit_base,
      settled_base
    FROM (SELECT CASE WHEN (SELECT count(*) FROM charged) < (SELECT count(*) FROM sums) THEN refuse('hold-lost') END) checked
      LEFT JOIN charged ON true`
}

/** One row per voucher, once: several deliveries on one voucher add up. */
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
