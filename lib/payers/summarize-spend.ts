import { db, sql } from '@/lib/db'
import { env } from '../env'
import type { ResourceSpend, WalletSpend } from './SpendView'
import { worthOf, type TokenSum } from './tokens'

const days = 30
const dayMs = 24 * 3_600_000

type Paid = TokenSum & { resourceId: string | null; calls: bigint; failed: bigint; lastAt: Date }
type Day = TokenSum & { day: Date; calls: bigint }
type SpendResource = { id: string; method: string; path: string; name: string; seller: string; slug: string }

/**
 * What these wallets spent together at every merchant of this installation, and on what. A session's money counts where its vouchers spent
 * it. Reads only.
 * @param wallets canonical addresses of the reader, which sees only its own payments.
 */
export async function summarizeSpend(wallets: readonly string[], nowMs: number): Promise<WalletSpend> {
  const fromMs = (Math.floor(nowMs / dayMs) + 1 - days) * dayMs
  const [paid, daily] = await Promise.all([findPaid(wallets), findDaily(wallets, new Date(fromMs))])
  const sold = await findSold(paid.flatMap(({ resourceId }) => resourceId ?? []))
  const { micros, others } = worthOf(paid)
  return {
    calls: total(paid, 'calls'),
    failed: total(paid, 'failed'),
    spentMicros: micros.toString(),
    others,
    days: Array.from({ length: days }, (_, index) => {
      const at = new Date(fromMs + index * dayMs)
      const rows = daily.filter(({ day }) => day.getTime() === at.getTime())
      return { at: at.toISOString(), spentMicros: worthOf(rows).micros.toString(), calls: total(rows, 'calls') }
    }),
    resources: [...new Set(paid.map(({ resourceId }) => resourceId))]
      .map((id) =>
        toResource(
          paid.filter(({ resourceId }) => resourceId === id),
          sold.get(id ?? ''),
        ),
      )
      .sort((one, other) => compare(BigInt(other.spentMicros), BigInt(one.spentMicros)) || other.calls - one.calls),
  }
}

async function findPaid(wallets: readonly string[]): Promise<Paid[]> {
  return db.query<Paid>(sql`
    SELECT resource_id, network, asset, sum(base) AS base, sum(calls) AS calls, sum(failed) AS failed,
      max(last_at) AS last_at
    FROM (
      SELECT t.resource_id, t.network, t.asset, coalesce(sum(t.amount_base - t.refunded_base) FILTER (WHERE t.status = 'delivered'), 0) AS base,
        count(*) FILTER (WHERE t.status = 'delivered') AS calls,
        count(*) FILTER (WHERE t.status IN ('voided', 'refund_due', 'refunded')) AS failed, max(t.created_at) AS last_at
      FROM payment t WHERE t.payer = ANY(${wallets}::text[]) GROUP BY 1, 2, 3
      UNION ALL
      SELECT coalesce(v.resource_id, t.resource_id), t.network, t.asset, sum(v.charged_base),
        count(*) FILTER (WHERE v.charged_base > 0), sum(v.failures), max(v.at)
      FROM channel t JOIN voucher v ON v.channel_id = t.id WHERE t.payer = ANY(${wallets}::text[]) GROUP BY 1, 2, 3
    ) part GROUP BY 1, 2, 3`)
}

async function findDaily(wallets: readonly string[], from: Date): Promise<Day[]> {
  return db.query<Day>(sql`
    SELECT date_trunc('day', t.created_at, 'UTC') AS day, t.network, t.asset, sum(t.amount_base - t.refunded_base) AS base, count(*) AS calls
    FROM payment t WHERE t.payer = ANY(${wallets}::text[]) AND t.created_at >= ${from} AND t.status = 'delivered' GROUP BY 1, 2, 3
    UNION ALL
    SELECT date_trunc('day', v.at, 'UTC'), t.network, t.asset, sum(v.charged_base), count(*)
    FROM channel t JOIN voucher v ON v.channel_id = t.id
    WHERE t.payer = ANY(${wallets}::text[]) AND v.at >= ${from} AND v.charged_base > 0 GROUP BY 1, 2, 3`)
}

async function findSold(ids: readonly string[]): Promise<Map<string, SpendResource>> {
  const rows = await db.query<SpendResource>(sql`
    SELECT r.id, r.method, r.path, r.name, m.name AS seller, m.slug FROM resource r JOIN merchant m ON m.id = r.merchant_id
    WHERE r.id = ANY(${ids}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}

function toResource(rows: readonly Paid[], sold: SpendResource | undefined): ResourceSpend {
  const { micros, others } = worthOf(rows)
  return {
    resource: sold
      ? {
          id: sold.id,
          method: sold.method,
          path: sold.path,
          name: sold.name,
          seller: sold.seller,
          url: `${env.PUBLIC_URL}/gateway/${sold.slug}${sold.path}`,
        }
      : null,
    calls: total(rows, 'calls'),
    failed: total(rows, 'failed'),
    spentMicros: micros.toString(),
    others,
    lastAt: new Date(Math.max(...rows.map(({ lastAt }) => lastAt.getTime()))).toISOString(),
  }
}

function total<Name extends string>(rows: readonly Record<Name, bigint>[], name: Name): number {
  return rows.reduce((sum, row) => sum + Number(row[name]), 0)
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}
