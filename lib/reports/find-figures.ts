import { db, sql } from '@/lib/db'
import type { MonthFigures } from './Figures'
import { inBooks, rangeOf } from './journal-rows'
import type { Month } from './Month'

/** Where money arrives: pay-to addresses, and balances at payment providers. */
const arrivals = sql`ARRAY['cash:%', 'clearing:%']`

export const dimensions = ['token', 'resource', 'payer'] as const
export type FigureDimension = (typeof dimensions)[number]

export type DimensionFigures = MonthFigures & {
  resource: { id: string; method: string; path: string; name: string } | null
  payer: string | null
  /** Your name for the payer. */
  payerName: string | null
}

/** More rows than a page needs. */
const rowsMax = 500

/**
 * A month's figures by resource or by payer, the largest first; at most `limit` rows. Adds up the month's entries, so it takes longer the
 * more there are. Reads only.
 */
export async function findFigures(
  merchantId: string,
  month: Month,
  by: Exclude<FigureDimension, 'token'>,
  limit = rowsMax,
): Promise<DimensionFigures[]> {
  const { from, to } = rangeOf(month)
  const subject = by === 'payer' ? sql`coalesce(p.payer, c.payer)` : sql`coalesce(p.resource_id, c.resource_id)`
  const joined =
    by === 'payer'
      ? sql`LEFT JOIN payer_note n ON n.merchant_id = ${merchantId}::uuid AND n.wallet = f.subject`
      : sql`LEFT JOIN resource r ON r.id = f.subject`
  const columns =
    by === 'payer'
      ? sql`NULL AS resource, f.subject AS payer, nullif(n.label, '') AS payer_name`
      : sql`NULL AS payer, NULL AS payer_name, CASE WHEN r.id IS NOT NULL
          THEN json_build_object('id', r.id, 'method', r.method, 'path', r.path, 'name', r.name) END AS resource`
  return db.query<DimensionFigures>(sql`
    SELECT f.network, f.asset, f.gross_base, f.refunds_base, f.received_base, ${columns} FROM (
      SELECT ${subject} AS subject, t.network, t.asset,
        coalesce(sum(t.amount_base) FILTER (WHERE t.credit LIKE 'revenue:%'), 0) AS gross_base,
        coalesce(sum(t.amount_base) FILTER (WHERE t.debit LIKE 'revenue:%'), 0) AS refunds_base,
        coalesce(sum(CASE WHEN t.debit LIKE ANY(${arrivals}) THEN t.amount_base WHEN t.credit LIKE ANY(${arrivals}) THEN -t.amount_base END), 0)
          AS received_base
      FROM transfer t LEFT JOIN payment p ON p.id = t.payment_id LEFT JOIN channel c ON c.id = t.channel_id
      WHERE ${inBooks(merchantId, from, to)} GROUP BY 1, 2, 3) f ${joined}
    ORDER BY f.gross_base DESC, f.subject LIMIT ${limit}`)
}
