import { db, sql, type Sql } from '@/lib/db'
import type { PayerNote } from './Payer'
import type { PayerFilter, PayerSort } from './PayerFilter'
import type * as PayerView from './PayerView'
import { knownTokens } from './tokens'

export type FoundPayer = PayerNote & {
  wallet: string
  calls: bigint
  failed: bigint
  micros: bigint
  hasOthers: boolean
  protocols: string[]
  firstAt: Date | null
  lastAt: Date | null
}

/**
 * One page of the wallets that paid a merchant or tried to, by payments and channels, and of those with a note. One statement
 * over the sums per wallet, which are written with the payments. Reads only.
 */
export async function listPayers(
  merchantId: string,
  filter: PayerFilter,
  { size }: { size: number },
): Promise<PayerView.PayerPage> {
  const read = (page: number) =>
    db.query<FoundPayer & { total: bigint }>(sql`
      SELECT *, count(*) OVER () AS total FROM (${payers(merchantId)}) p WHERE ${payerConditions(filter)}
      ORDER BY ${orderOf(filter)}, wallet LIMIT ${size} OFFSET ${(page - 1) * size}`)
  const wanted = filter.page ?? 1
  const found = await read(wanted)
  // A page after the last one shows the first.
  const [page, rows] = found.length === 0 && wanted > 1 ? [1, await read(1)] : [wanted, found]
  return { rows: rows.map(toRow), total: Number(rows[0]?.total ?? 0n), size, page }
}

/**
 * A merchant's payers, as a statement; `of` narrows it by the wallet. Amounts are added up by token first: there are few
 * tokens, so each sum is divided once.
 */
export function payers(merchantId: string, only: (wallet: Sql) => Sql = () => sql`true`): Sql {
  return sql`
    SELECT wallet, coalesce(calls, 0) AS calls, coalesce(failed, 0) AS failed, coalesce(micros, 0) AS micros,
      coalesce(has_others, false) AS has_others, coalesce(protocols, '{}') AS protocols, first_at AS "firstAt",
      last_at AS "lastAt", coalesce(n.label, '') AS label, coalesce(n.stance::text, 'none') AS stance,
      coalesce(n.ours, false) AS ours, coalesce(n.country, '') AS country, coalesce(n.vat_id, '') AS "vatId"
    FROM (
      SELECT payer AS wallet, sum(calls) AS calls, sum(failed) AS failed,
        sum(trunc(base * 1000000 / unit)) AS micros, bool_or(unit IS NULL AND base > 0) AS has_others,
        array_remove(ARRAY[max(protocol), nullif(min(protocol), max(protocol))], NULL) AS protocols, min(first_at) AS first_at, max(last_at) AS last_at
      FROM (
        SELECT payer, network, asset, protocol, calls, failed, base, first_at, last_at
        FROM payer_sale WHERE merchant_id = ${merchantId}::uuid AND ${only(sql`payer`)}
        UNION ALL
        SELECT c.payer, c.network, c.asset, c.protocol, sum(greatest(c.vouchers, v.failed)), sum(v.failed), sum(c.spent_base),
          min(c.created_at), max(coalesce(c.last_voucher_at, c.created_at))
        FROM channel c
          CROSS JOIN LATERAL (
            SELECT coalesce(sum(failures), 0) AS failed FROM voucher WHERE channel_id = c.id AND failures > 0) v
        WHERE c.merchant_id = ${merchantId}::uuid AND ${only(sql`c.payer`)}
        GROUP BY c.payer, c.network, c.asset, c.protocol
      ) part LEFT JOIN ${knownTokens()} USING (network, asset)
      GROUP BY payer
    ) paid FULL JOIN (
      SELECT wallet, label, stance, ours, country, vat_id FROM payer_note
      WHERE merchant_id = ${merchantId}::uuid AND ${only(sql`wallet`)} AND (label <> '' OR stance <> 'none' OR ours OR country <> '' OR vat_id <> '')
    ) n USING (wallet)`
}

function orderOf({ sort = 'spent', order = 'desc' }: PayerFilter): Sql {
  return orders[order][sort]
}

const orders: Record<'asc' | 'desc', Record<PayerSort, Sql>> = {
  desc: {
    spent: sql`micros DESC, calls DESC`,
    calls: sql`calls DESC`,
    // One failure of one call says less than forty of a hundred.
    failures: sql`failed DESC, calls`,
    recent: sql`"lastAt" DESC NULLS LAST`,
    first: sql`"firstAt" DESC NULLS LAST`,
  },
  asc: {
    spent: sql`micros, calls`,
    calls: sql`calls`,
    failures: sql`failed, calls DESC`,
    recent: sql`"lastAt" NULLS LAST`,
    first: sql`"firstAt" NULLS LAST`,
  },
}

/** The filter as a condition on the rows of `payers`. */
export function payerConditions({ q, stance, protocol, ours, silent }: PayerFilter): Sql {
  // EVM addresses are stored in lower case, Solana's as they are.
  const start = (text: string) => `${text.replace(/[\\%_]/g, '\\$&')}%`
  return every([
    ...(q === undefined
      ? []
      : [sql`(wallet LIKE ${start(q)} OR wallet LIKE ${start(q.toLowerCase())} OR label ILIKE ${`%${start(q)}`})`]),
    ...(stance ? [sql`stance = ANY(${stance}::text[])`] : []),
    ...(protocol ? [sql`protocols && ${protocol}::text[]`] : []),
    ...(ours ? [sql`ours = ${ours === 'yes'}`] : []),
    ...(silent ? [sql`"lastAt" < now() - make_interval(days => ${silent}::int)`] : []),
  ])
}

function every(all: readonly Sql[]): Sql {
  return all.reduce((sum, condition) => sql`${sum} AND ${condition}`, sql`true`)
}

export function toRow(row: FoundPayer): PayerView.PayerListRow {
  const { wallet, label, stance, ours, country, vatId, hasOthers, protocols } = row
  return {
    wallet,
    label,
    stance,
    ours,
    country,
    vatId,
    hasOthers,
    protocols,
    calls: Number(row.calls),
    failed: Number(row.failed),
    spentMicros: row.micros.toString(),
    firstAt: row.firstAt?.toISOString() ?? null,
    lastAt: row.lastAt?.toISOString() ?? null,
  }
}
