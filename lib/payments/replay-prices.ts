import type { Reader } from '../ctx'
import { labelToken } from '@/lib/chains'
import { sql, withTransaction, type Sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Amount } from '@/lib/money'
import { isOwnWallet } from '@/lib/payers'
import { PricePlan } from '@/lib/pricing'
import * as PriceReplay from './PriceReplay'

/** Calls per read, and in all: more would keep a person waiting. */
const chunkRows = 10_000
const rowsMax = 1_000_000

type Row = {
  at: number
  quotedAt: number
  payer: string
  wallet: string | null
  network: string
  asset: string
  chargedBase: bigint
  calls: number
  /** The number that the draft counts, or the query that contains it. */
  fact: string | null
  isSession: boolean
}

/**
 * Computes what a draft price would have charged for the sales of a resource: reads every delivered payment and charged voucher
 * of a window and prices each at the moment of its quote. Leaves out the merchant's own wallets. Reads only.
 * @throws AppError not-found, also if the reader may not see the resource.
 */
export async function replayPrices(
  reader: Reader,
  resourceId: string,
  draft: PricePlan.PricePlan,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<PriceReplay.PriceReplay> {
  const run = PriceReplay.start(draft)
  const toSold = soldBy(draft)
  const [from, to] = [new Date(fromMs), new Date(toMs)]
  return withTransaction(async (tx) => {
    const [found] = await tx.query<{ free: number }>(sql`
      SELECT coalesce((SELECT sum(q.used) FROM quota_use q WHERE q.resource_id = r.id
        AND q.day >= (${from}::timestamptz AT TIME ZONE 'UTC')::date AND q.day <= (${to}::timestamptz AT TIME ZONE 'UTC')::date), 0)::int AS free
      FROM resource r
      WHERE r.id::text = ${resourceId} AND (${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid)`)
    if (!found) throw new AppError('not-found', 'There is no such resource.')
    await tx.execute(sql`DECLARE sold NO SCROLL CURSOR FOR ${statement(resourceId, draft, from, to)}`)
    let [rows, lastMs] = [0, toMs]
    for (;;) {
      const chunk = await tx.query<Row>(sql`FETCH FORWARD 10000 FROM sold`)
      for (const row of chunk) run.add(toSold(row))
      rows += chunk.length
      if (chunk.length < chunkRows) break
      if (rows >= rowsMax) {
        lastMs = chunk.at(-1)?.at ?? toMs
        break
      }
    }
    return run.finish({ fromMs, toMs: lastMs, freeCalls: found.free })
  })
}

/** In order of time, because the first calls of a day are the free ones. */
function statement(resourceId: string, { unit }: PricePlan.PricePlan, from: Date, to: Date): Sql {
  const ms = (at: Sql) => sql`(extract(epoch FROM ${at}) * 1000)::float8`
  return sql`
    SELECT ${ms(sql`t.created_at`)} AS at, ${ms(sql`t.quoted_at`)} AS quoted_at, t.payer, t.facts->>'wallet' AS wallet, t.network, t.asset,
      t.amount_base AS charged_base, 1 AS calls, ${unit ? factOf(unit.count) : sql`NULL`} AS fact, false AS is_session
    FROM payment t
    WHERE t.resource_id = ${resourceId}::uuid AND t.origin = 'gateway' AND t.status = 'delivered'
      AND t.created_at >= ${from} AND t.created_at < ${to} AND NOT ${isOwnWallet(sql`t`)}
    UNION ALL
    SELECT ${ms(sql`v.at`)}, ${ms(sql`v.at`)}, c.payer, NULL, c.network, c.asset, v.charged_base, v.units::int, NULL, true
    FROM voucher v JOIN channel c ON c.id = v.channel_id
    WHERE v.resource_id = ${resourceId}::uuid AND v.charged_base > 0 AND v.units > 0 AND v.at >= ${from} AND v.at < ${to}
      AND NOT ${isOwnWallet(sql`c`)}
    ORDER BY 1`
}

/** Where a payment `t` stores the counted number. */
function factOf(count: PricePlan.UnitCount): Sql {
  switch (count.of) {
    case 'request-bytes':
      return sql`t.facts->>'requestBytes'`
    case 'response-bytes':
      return sql`t.facts->>'responseBytes'`
    case 'events':
      return sql`t.facts->>'events'`
    case 'event-units':
      return sql`t.facts->>'eventUnits'`
    case 'query':
      return sql`t.request->>'query'`
    default:
      return sql`CASE WHEN t.facts->'counted'->>'key' = ${PricePlan.keyOf(count)} THEN t.facts->'counted'->>'units' END`
  }
}

function soldBy({ unit }: PricePlan.PricePlan): (row: Row) => PriceReplay.ReplayedCall {
  const missing = unit && `${PricePlan.counts[unit.count.of]}: not kept with these payments`
  const decimals = new Map<string, number>()
  return (row) => {
    const token = `${row.network} ${row.asset}`
    const known = decimals.get(token) ?? labelToken(row.network, row.asset).decimals
    decimals.set(token, known)
    const units = unit && row.fact !== null ? unitsOf(unit.count, row.fact) : undefined
    // A query is always stored: one without a number of units would be charged the most.
    const isUnknown = unit !== null && units === undefined && (row.isSession || unit.count.of !== 'query')
    const inSession = 'Sessions keep no sizes of their calls'
    return {
      atMs: row.at,
      quotedAtMs: row.quotedAt,
      payer: row.payer,
      wallet: row.wallet,
      calls: row.calls,
      chargedMicros: Amount.baseToMicros(row.chargedBase, known),
      units,
      missing: isUnknown ? (row.isSession ? inSession : (missing ?? inSession)) : undefined,
    }
  }
}

function unitsOf(count: PricePlan.UnitCount, fact: string): bigint | undefined {
  if (count.of !== 'query') return BigInt(fact)
  return PricePlan.unitsInQuery(fact, count.at)
}
