import type { Reader } from '../ctx'
import { Chain } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { loadPage, Page } from '@/lib/paging'
import { joinResources, lineCursor, paymentConditions, selectLines, toLine, type LineRow } from './load-payments'
import { countLines } from './count-lines'
import { readableLines } from './payment-rows'
import type { PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'

/** Base units of a token times `factor` are comparable with every other token's. Zero: its decimals are not known. */
type Token = { network: string; asset: string; factor: bigint }
type Row = LineRow & { worth: bigint }
type Conditions = ReturnType<typeof paymentConditions>

const worthDecimals = 36

/**
 * One page of the reader's payments by amount, whatever their tokens; equal amounts newest first. Each token's rows come from its own part of
 * an index, so a page costs the same at any depth. Tokens without known decimals come last, as if they were worth nothing. Reads only.
 * @param order `desc`: the largest first.
 */
export async function listByAmount(
  reader: Reader,
  filter: PaymentFilter,
  ask: Page.PageRequest,
  order: 'asc' | 'desc',
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const owner = readableLines(reader, filter)
  const conditions = paymentConditions(owner.ofPayments, owner.ofChannels, filter)
  const tokens = await findTokens(owner.ofPayments, owner.ofChannels)
  const page = await loadPage<Row>(ask, {
    find: (asked) =>
      tokens.length === 0 ? Promise.resolve([]) : db.query<Row>(linesByAmount(conditions, tokens, asked, order)),
    count: (limit) => countLines([conditions], limit),
    cursorOf: (row) => ({ ...lineCursor(row), worth: row.worth.toString() }),
  })
  return Page.map(page, (row) => {
    const { worth: _, ...line } = row
    return toLine(line)
  })
}

/** The tokens of these lines. Payments may be many: one step through the index finds the next token. */
async function findTokens(ofPayments: Sql, ofChannels: Sql): Promise<Token[]> {
  const rows = await db.query<{ network: string; asset: string }>(sql`
    WITH RECURSIVE token AS (
      (SELECT t.network, t.asset FROM payment t WHERE ${ofPayments} ORDER BY 1, 2 LIMIT 1)
      UNION ALL
      SELECT next.network, next.asset FROM token CROSS JOIN LATERAL (
        SELECT t.network, t.asset FROM payment t WHERE ${ofPayments} AND (t.network, t.asset) > (token.network, token.asset)
        ORDER BY 1, 2 LIMIT 1) next
    ) SELECT network, asset FROM token UNION SELECT DISTINCT t.network, t.asset FROM channel t WHERE ${ofChannels}`)
  return rows.map(({ network, asset }) => {
    const decimals = Chain.findDollar(network as Caip2, asset)?.decimals
    return { network, asset, factor: decimals === undefined ? 0n : 10n ** BigInt(worthDecimals - decimals) }
  })
}

/** The lines after or before the cursor, in the order in which they are read: one more than the page holds. */
function linesByAmount(
  { payments, sessions }: Conditions,
  tokens: readonly Token[],
  ask: Page.PageRequest,
  order: 'asc' | 'desc',
): Sql {
  const isDown = (ask.before === undefined) === (order === 'desc')
  const cursor = ask.after ?? ask.before
  const take = ask.size + 1
  const id = sql`t.id::text COLLATE "C"`
  const ordered = (first: Sql, by: Sql) =>
    isDown ? sql`${first} DESC, t.created_at DESC, ${by} ASC` : sql`${first} ASC, t.created_at ASC, ${by} DESC`
  const parts = tokens.flatMap((token) => {
    const { network, asset, factor } = token
    const of = sql`t.network = ${network} AND t.asset = ${asset}`
    return [
      ...windowsOf(cursor, token, isDown, sql`t.amount_base`, id).map((window) => ({
        payments: sql`${payments} AND ${of} AND ${window} ORDER BY ${ordered(sql`t.amount_base`, sql`t.id`)} LIMIT ${take}`,
        more: { line: sql``, payment: sql`, t.amount_base * ${factor}::numeric AS worth`, session: sql`` },
      })),
      ...windowsOf(cursor, token, isDown, sql`t.spent_base`, id).map((window) => ({
        sessions: sql`${sessions} AND ${of} AND ${window} ORDER BY ${ordered(sql`t.spent_base`, id)} LIMIT ${take}`,
        more: { line: sql``, payment: sql``, session: sql`, t.spent_base * ${factor}::numeric AS worth` },
      })),
    ]
  })
  const lines = parts.map(selectLines).reduce((all, one) => sql`${all} UNION ALL ${one}`)
  return sql`${joinResources(lines, sql`, line.worth`)} ORDER BY ${
    isDown
      ? sql`line.worth DESC, line.created_at DESC, line.id ASC`
      : sql`line.worth ASC, line.created_at ASC, line.id DESC`
  } LIMIT ${take}`
}

/**
 * What of a token is beyond the cursor: rows of the same worth that stand after it, and rows of another worth. Two conditions, because each is
 * one range of the index: a shop with one price has a million rows of the same amount.
 */
function windowsOf(cursor: Page.Cursor | undefined, { factor }: Token, isDown: boolean, amount: Sql, id: Sql): Sql[] {
  if (cursor?.worth === undefined) return [sql`true`]
  const worth = BigInt(cursor.worth)
  const at = new Date(cursor.atMs)
  const after = isDown
    ? sql`t.created_at <= ${at} AND (t.created_at < ${at} OR ${id} > ${cursor.id})`
    : sql`t.created_at >= ${at} AND (t.created_at > ${at} OR ${id} < ${cursor.id})`
  if (factor === 0n) return worth === 0n ? [after] : isDown ? [sql`true`] : []
  const ties = worth % factor === 0n ? [sql`${amount} = ${worth / factor} AND ${after}`] : []
  const rest = isDown ? sql`${amount} < ${(worth + factor - 1n) / factor}` : sql`${amount} > ${worth / factor}`
  return [...ties, rest]
}
