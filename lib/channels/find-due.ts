import { db, sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { defaults } from './SettlementTerms'

/** What the schedule looks at of a free channel, and what a settlement would group it by. */
export type DueChannel = {
  id: string
  merchantId: string
  network: Caip2
  asset: string
  payee: string
  units: bigint
  /** Delivered beyond what is settled, micro-dollars. */
  amountMicros: bigint
  /** Of all the merchant's channels on the network together. */
  exposureMicros: bigint
  sinceAt: Date
  lastVoucherAt: Date
  closeDeadlineAt: Date | null
  /** The database's clock: what is due by it was chosen by it. */
  now: Date
}

/** Most channels of one kind that one look at a network takes up. */
export const dueMax = 1_000

/**
 * Free channels of a network whose payer asked to close. Those that were not looked at in vain come first, so that what cannot
 * be closed stands in front of nothing; among them the nearest deadline.
 */
export function findClosing(network: Caip2): Promise<DueChannel[]> {
  return db.query<DueChannel>(sql`
    ${select} WHERE c.network = ${network} AND c.status = 'open' AND c.close_requested_at IS NOT NULL AND c.next_due_at <= now()
    ORDER BY c.tries > 0, c.close_deadline_at, c.id LIMIT ${dueMax}`)
}

/**
 * Free channels of a network that their schedule may want something of by now, as the trigger channel_schedules foresaw: it may be
 * too early, never too late. Those that were not looked at in vain come first.
 */
export function findDue(network: Caip2): Promise<DueChannel[]> {
  return db.query<DueChannel>(sql`
    ${select} WHERE c.network = ${network} AND c.status = 'open' AND c.close_requested_at IS NULL AND c.next_due_at <= now()
    ORDER BY c.tries > 0, c.next_due_at, c.id LIMIT ${dueMax}`)
}

/** Free channels with something unsettled of merchants whose channels on the network hold too much of it together. */
export function findExposed(network: Caip2): Promise<DueChannel[]> {
  return db.query<DueChannel>(sql`
    SELECT c.* FROM (${exposed(sql`x.network = ${network}`)}) exposed CROSS JOIN LATERAL (
      ${select} WHERE ${ofExposed} ORDER BY c.tries > 0, c.spent_base - c.settled_base DESC, c.id LIMIT ${dueMax}) c`)
}

const isLeftAlone: Sql = sql`(c.parked_until > now() OR c.apart_until > now() OR (c.tries > 0 AND c.next_due_at > now()))`

const select: Sql = sql`
  SELECT c.id, c.merchant_id, c.network, c.asset, c.payee, c.units - c.settled_units AS units,
    channel_risk(c.status, c.spent_base, c.settled_base, c.decimals) AS amount_micros, (
      SELECT coalesce(sum(x.micros), 0) FROM channel_exposure x
      WHERE x.merchant_id = c.merchant_id AND x.network = c.network) AS exposure_micros,
    coalesce(c.last_settled_at, c.opened_at, c.created_at) AS since_at,
    coalesce(c.last_voucher_at, c.opened_at, c.created_at) AS last_voucher_at, c.close_deadline_at, now()
  FROM channel c`

/** Merchants and networks of whose channels too much is unsettled together. */
function exposed(where: Sql): Sql {
  return sql`
    SELECT x.merchant_id, x.network FROM channel_exposure x
      LEFT JOIN channel_policy p ON p.merchant_id = x.merchant_id AND p.network = x.network
    WHERE ${where} GROUP BY x.merchant_id, x.network, p.merchant_id, p.settle_exposure_micros
    HAVING sum(x.micros) >= CASE WHEN p.merchant_id IS NULL THEN ${defaults.schedule.exposureMicros} ELSE p.settle_exposure_micros END`
}

const ofExposed: Sql = sql`c.merchant_id = exposed.merchant_id AND c.network = exposed.network AND c.is_unsettled
  AND c.settlement_id IS NULL AND c.close_requested_at IS NULL AND ${isLeftAlone} IS NOT TRUE`

/** SQL condition: one of these finds something on some network, or an edited policy is to be followed. */
export const toSettle: Sql = sql`(
  EXISTS (SELECT FROM channel c WHERE c.status = 'open' AND c.close_requested_at IS NULL AND c.next_due_at <= now())
  OR EXISTS (SELECT FROM channel c WHERE c.status = 'open' AND c.close_requested_at IS NOT NULL AND c.next_due_at <= now())
  OR EXISTS (
    SELECT FROM (${exposed(sql`true`)}) exposed WHERE EXISTS (SELECT FROM channel c WHERE ${ofExposed}))
  OR EXISTS (SELECT FROM channel_policy WHERE reschedule_after IS NOT NULL))`

/** SQL condition: a channel is open on some network, or about to be. */
export const hasLive: Sql = sql`EXISTS (SELECT FROM channel WHERE status IN ('opening', 'open', 'closing'))`
