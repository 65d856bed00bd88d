import type { Reader } from '../ctx'
import { labelNetwork } from '@/lib/chains'
import { db, pageQuery, sql, type Sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import { loadPage, Page } from '@/lib/paging'
import * as Rule from './Rule'

/** A rule as pages show it. */
export type RuleView = {
  id: string
  kind: Rule.AlertKind
  /** "A transaction was sent, and is in no block after 5 min". */
  words: string
  /** URL of the endpoint that is told; null: the page only. */
  endpointUrl: string | null
  enabled: boolean
  createdAt: string
  /** Alerts of it that are open. */
  open: number
}

/** An alert as pages show it. */
export type AlertView = {
  id: string
  kind: Rule.AlertKind
  title: string
  subject: string
  message: string
  openedAt: string
  /** Null while it is open. */
  resolvedAt: string | null
}

type RuleRow = Omit<RuleView, 'kind' | 'words' | 'createdAt'> & { kind: string; params: unknown; createdAt: Date }

/** Every rule that the reader may see, those that are on first. */
export async function listRules(reader: Reader): Promise<RuleView[]> {
  const rows = await db.query<RuleRow>(sql`
    SELECT r.id, r.kind, r.params, e.url AS endpoint_url, r.enabled, r.created_at,
      (SELECT count(*)::int FROM alert a WHERE a.rule_id = r.id AND a.resolved_at IS NULL) AS open
    FROM alert_rule r LEFT JOIN webhook_endpoint e ON e.id = r.endpoint_id
    WHERE ${ofReader(reader)} ORDER BY r.enabled DESC, r.created_at DESC`)
  return rows.map(({ params, ...row }) => {
    const condition = Rule.stored(row.kind, params)
    return { ...row, kind: condition.kind, words: wordsOf(condition), createdAt: row.createdAt.toISOString() }
  })
}

/** What `toView` reads of an alert `t` and its rule `r`. */
const columns = sql`t.id, t.subject, t.message, t.opened_at, t.resolved_at, r.kind`
const tables = sql`alert t JOIN alert_rule r ON r.id = t.rule_id`

type AlertRow = {
  id: string
  kind: string
  subject: string
  message: string
  openedAt: Date
  resolvedAt: Date | null
}

/** Alerts that are open now, newest first; at most 100. */
export async function listOpenAlerts(reader: Reader): Promise<AlertView[]> {
  const rows = await db.query<AlertRow>(sql`
    SELECT ${columns} FROM ${tables} WHERE t.resolved_at IS NULL AND ${ofReader(reader)} ORDER BY t.opened_at DESC LIMIT 100`)
  return rows.map(toView)
}

/** How many alerts are open now. */
export async function countOpenAlerts(reader: Reader): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM ${tables} WHERE t.resolved_at IS NULL AND ${ofReader(reader)}`,
  )
  return row?.count ?? 0
}

/** One page of resolved alerts, the latest opened first. */
export async function listResolvedAlerts(reader: Reader, ask: Page.PageRequest): Promise<Page.Page<AlertView>> {
  const page = await loadPage<AlertRow>(ask, {
    ...pageQuery<AlertRow>({
      columns,
      from: tables,
      where: sql`t.resolved_at IS NOT NULL AND ${ofReader(reader)}`,
      at: sql`t.opened_at`,
      id: sql`t.id`,
    }),
    cursorOf: (row) => ({ atMs: row.openedAt.getTime(), id: row.id }),
  })
  return Page.map(page, toView)
}

function toView(row: AlertRow): AlertView {
  const kind = row.kind as Rule.AlertKind
  return {
    id: row.id,
    kind,
    title: Rule.kinds[kind]?.title ?? kind,
    subject: row.subject,
    message: row.message,
    openedAt: row.openedAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  }
}

/** Which rules `r` a reader may see. */
function ofReader(reader: Reader): Sql {
  return sql`(${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid)`
}

function wordsOf(condition: Rule.AlertCondition): string {
  const { help } = Rule.kinds[condition.kind]
  if (condition.kind === 'gas') {
    const { symbol, decimals } = Rule.gasOf(condition.network)
    const amount = Amount.toDecimal(condition.belowBase, decimals)
    return `${help} ${amount} ${symbol} on ${labelNetwork(condition.network).name}`
  }
  return 'minutes' in condition ? `${help} ${condition.minutes} min` : help
}
