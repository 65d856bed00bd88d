import type { Reader } from '../ctx'
import { labelToken } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import * as Range from './Range'

/** What was earned in a window and in the one before it. Amounts are micro-dollars as decimal strings. */
export type Summary = {
  revenueMicros: string
  paidCalls: number
  /** 402 answers. */
  challenges: number
  previous: { revenueMicros: string; paidCalls: number; challenges: number }
  /** Oldest first. */
  buckets: { at: string; revenueMicros: string; paidCalls: number }[]
}

type Earned = { bucket: number; network: string; asset: string; count: number; base: bigint }

/** Earned = delivered payments, by the moment they were accepted. Reads only. */
export async function summarizePayments(reader: Reader, range: Range.Range, nowMs: number): Promise<Summary> {
  const { bucketMs, buckets } = Range.ranges[range]
  const startMs = Range.startMs(range, nowMs)
  const previousMs = startMs - buckets * bucketMs
  const [earned, challenged] = await Promise.all([
    db.query<Earned>(sql`
      SELECT floor((extract(epoch FROM created_at) * 1000 - ${startMs}::float8) / ${bucketMs}::float8)::int AS bucket,
        network, asset, count(*)::int AS count, sum(amount_base) AS base
      FROM payment
      WHERE status = 'delivered' AND created_at >= ${new Date(previousMs)}
        AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)
      GROUP BY 1, 2, 3`),
    db.query<{ current: boolean; count: bigint }>(sql`
      SELECT c.hour >= ${new Date(startMs)} AS current, sum(c.count) AS count
      FROM challenge_count c JOIN resource r ON r.id = c.resource_id
      WHERE c.hour >= ${new Date(previousMs)} AND (${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid)
      GROUP BY 1`),
  ])
  const challengesOf = (current: boolean) => Number(challenged.find((row) => row.current === current)?.count ?? 0n)
  const now = earned.filter(({ bucket }) => bucket >= 0)
  const before = earned.filter(({ bucket }) => bucket < 0)
  return {
    ...sum(now),
    challenges: challengesOf(true),
    previous: { ...sum(before), challenges: challengesOf(false) },
    buckets: Array.from({ length: buckets }, (_, index) => ({
      at: new Date(startMs + index * bucketMs).toISOString(),
      ...sum(now.filter(({ bucket }) => bucket === index)),
    })),
  }
}

function sum(rows: readonly Earned[]): { revenueMicros: string; paidCalls: number } {
  const micros = rows.reduce((total, { network, asset, base }) => {
    return total + Amount.baseToMicros(base, labelToken(network, asset).decimals)
  }, 0n)
  return { revenueMicros: micros.toString(), paidCalls: rows.reduce((total, { count }) => total + count, 0) }
}
