import { allOf, sql, type Sql } from '@/lib/db'
import type { JournalEntry } from './Journal'
import type { JournalFilter } from './JournalFilter'
import * as Month from './Month'

/** Entries `t` of a merchant's journal in a range of time: they moved something. */
export function inBooks(merchantId: string, from: Date, to: Date): Sql {
  return sql`transfer_merchant(t.debit, t.credit) = ${merchantId} AND t.kind IN ('direct', 'post')
    AND t.at >= ${from} AND t.at < ${to}`
}

/** A later booking of these kinds takes back, in whole or in part, what was booked before. */
const corrections = sql`('reorged', 'refund_owed', 'refund_paid', 'refund_cancelled', 'given_back')`

/**
 * When that was booked which an entry `t` corrects; null for other entries. A payment is booked once; of a channel it is the newest
 * entry that this one reverses. A payment that settles again after a reorganisation corrects too.
 */
const correctedAt = sql`CASE
  WHEN t.payment_id IS NOT NULL AND (t.reason IN ${corrections} OR t.reason = 'settle' AND EXISTS (
      SELECT FROM transfer r WHERE r.payment_id = t.payment_id AND r.reason = 'reorged' AND r.id < t.id))
    THEN (SELECT min(f.at) FROM transfer f WHERE f.payment_id = t.payment_id AND f.kind IN ('direct', 'post'))
  WHEN t.channel_id IS NOT NULL AND t.reason IN ('reorged', 'given_back')
    THEN (SELECT f.at FROM transfer f
      WHERE f.channel_id = t.channel_id AND f.debit = t.credit AND f.credit = t.debit AND f.id < t.id ORDER BY f.id DESC LIMIT 1) END`

/** The columns of `JournalEntry`, with the joins of `entryTables`. */
export const entryColumns = sql`t.id, t.at, t.reason, t.debit, t.credit, t.network, t.asset, t.amount_base, t.payment_id, t.channel_id,
  s.payer, s.resource_id, to_char(c.month, 'YYYY-MM') AS corrects`

/** `some` are the entries t. The subject of each is found by its key, whatever the planner knows about the tables. */
export function entryTables(merchantId: string, some: Sql): Sql {
  return sql`${some} t
    LEFT JOIN LATERAL (
      (SELECT p.payer, p.resource_id FROM payment p WHERE p.id = t.payment_id LIMIT 1)
      UNION ALL (SELECT h.payer, h.resource_id FROM channel h WHERE h.id = t.channel_id LIMIT 1)) s ON true
    LEFT JOIN month_close c ON c.merchant_id = ${merchantId}::uuid
      AND c.month = date_trunc('month', (${correctedAt}) AT TIME ZONE 'UTC')::date
      AND c.month < date_trunc('month', t.at AT TIME ZONE 'UTC')::date`
}

/** The filter as a condition on the rows of `entryTables`. */
export function whereOf(filter: JournalFilter): Sql {
  const { account, side, network, token, resource, payer, corrects } = filter
  const start = account === undefined ? undefined : `${account}:%`
  const onDebit = sql`t.debit LIKE ${start}`
  const onCredit = sql`t.credit LIKE ${start}`
  return allOf(
    start !== undefined &&
      (side === 'debit' ? onDebit : side === 'credit' ? onCredit : sql`(${onDebit} OR ${onCredit})`),
    network !== undefined && sql`t.network = ${network}`,
    token !== undefined && sql`t.asset = ${token}`,
    resource !== undefined && sql`s.resource_id = ${resource}::uuid`,
    payer !== undefined && sql`s.payer = ${payer}`,
    corrects && sql`c.month IS NOT NULL`,
  )
}

export type MonthRange = { from: Date; to: Date }

export const rangeOf = (month: Month.Month): MonthRange => ({ from: Month.start(month), to: Month.end(month) })

export type JournalPlace = Pick<JournalEntry, 'at' | 'id'>

/** Entries after a place, in the order of the journal. */
export function after(place: JournalPlace | undefined): Sql {
  return place ? sql`(t.at, t.id) > (${place.at}, ${place.id})` : sql`true`
}
