import type { Reader } from '../ctx'
import { Chain } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import { Amount, type Caip2 } from '@/lib/money'
import * as DateRange from './DateRange'

/** Earnings of a window and of the window before it. Amounts are micro-dollars as decimal strings. */
export type EarningsSummary = Window & {
  previous: Window
  /** Oldest first. */
  buckets: { at: string; revenueMicros: string; paidCalls: number }[]
}

type Window = {
  revenueMicros: string
  /** Payments and vouchers that bought something. */
  paidCalls: number
  /** 402 answers, and how many of them were paid: a session answers one, however much it buys. */
  challenges: number
  answered: number
}

type Earned = { bucket: Date; network: string; asset: string; count: number; answered: number; base: bigint }

/**
 * Earnings from the sums of each hour: delivered payments minus their refunds, by the time they were accepted, and charges of
 * vouchers. Leaves out
 * the merchant's own wallets. A 402 does not know who asks, so each of their payments removes one challenge. Reads only.
 */
export async function summarizePayments(
  reader: Reader,
  range: DateRange.DateRange,
  nowMs: number,
): Promise<EarningsSummary> {
  const { bucketMs, buckets } = DateRange.ranges[range]
  const startMs = DateRange.startMs(range, nowMs)
  const previousMs = startMs - buckets * bucketMs
  const previous = new Date(previousMs)
  const start = new Date(startMs)
  const bucket = (at: Sql) =>
    sql`date_bin(make_interval(secs => ${bucketMs / 1000}::float8), ${at}, ${start}::timestamptz) AS bucket`
  const mine = sql`(${reader.operator} OR t.merchant_id = ${reader.merchantId}::uuid)`
  // Few wallets are the merchant's own, and their purchases are found by wallet.
  const own = (of: Sql) => sql`payer_note o JOIN ${of} t ON t.merchant_id = o.merchant_id AND t.payer = o.wallet`
  const isOwn = sql`o.ours AND ${mine}`
  const [earned, challenged] = await Promise.all([
    db.query<Earned>(sql`
      SELECT ${bucket(sql`t.hour`)}, t.network, t.asset, sum(t.sold)::int AS count, sum(t.answered)::int AS answered, sum(t.base) AS base
      FROM sale t WHERE t.hour >= ${previous} AND ${mine} GROUP BY 1, 2, 3
      UNION ALL
      SELECT ${bucket(sql`t.created_at`)}, t.network, t.asset, -count(*)::int, -count(*)::int, -sum(t.amount_base - t.refunded_base)
      FROM ${own(sql`payment`)}
      WHERE ${isOwn} AND t.origin = 'gateway' AND t.status = 'delivered' AND t.created_at >= ${previous} GROUP BY 1, 2, 3
      UNION ALL
      SELECT ${bucket(sql`v.at`)}, t.network, t.asset, -count(*)::int, 0, -sum(v.charged_base)
      FROM ${own(sql`channel`)} JOIN voucher v ON v.channel_id = t.id
      WHERE ${isOwn} AND v.at >= ${previous} AND v.charged_base > 0 GROUP BY 1, 2, 3
      UNION ALL
      SELECT ${bucket(sql`t.created_at`)}, t.network, t.asset, 0, -count(*)::int, 0
      FROM ${own(sql`channel`)} WHERE ${isOwn} AND t.created_at >= ${previous} AND t.spent_base > 0 GROUP BY 1, 2, 3`),
    db.query<{ current: boolean; count: bigint }>(sql`
      SELECT c.hour >= ${start} AS current, sum(c.count) AS count
      FROM challenge_count c JOIN resource r ON r.id = c.resource_id
      WHERE c.hour >= ${previous} AND (${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid)
      GROUP BY 1
      UNION ALL
      SELECT t.created_at >= ${start}, -count(*)
      FROM ${own(sql`payment`)} WHERE ${isOwn} AND t.origin = 'gateway' AND t.created_at >= ${previous} GROUP BY 1
      UNION ALL
      SELECT t.created_at >= ${start}, -count(*)
      FROM ${own(sql`channel`)} WHERE ${isOwn} AND t.created_at >= ${previous} GROUP BY 1`),
  ])
  const challengesOf = (current: boolean) => {
    const shown = challenged.filter((row) => row.current === current).reduce((total, { count }) => total + count, 0n)
    return Math.max(0, Number(shown))
  }
  const now = earned.filter((row) => row.bucket >= start)
  const before = earned.filter((row) => row.bucket < start)
  return {
    ...sum(now),
    challenges: challengesOf(true),
    previous: { ...sum(before), challenges: challengesOf(false) },
    buckets: Array.from({ length: buckets }, (_, index) => {
      const at = startMs + index * bucketMs
      const { revenueMicros, paidCalls } = sum(now.filter((row) => row.bucket.getTime() === at))
      return { at: new Date(at).toISOString(), revenueMicros, paidCalls }
    }),
  }
}

function sum(rows: readonly Earned[]): Omit<Window, 'challenges'> {
  const micros = rows.reduce((total, { network, asset, base }) => {
    const dollar = Chain.findDollar(network as Caip2, asset)
    return dollar ? total + Amount.baseToMicros(base, dollar.decimals) : total
  }, 0n)
  return {
    revenueMicros: micros.toString(),
    paidCalls: rows.reduce((total, { count }) => total + count, 0),
    answered: rows.reduce((total, { answered }) => total + answered, 0),
  }
}
