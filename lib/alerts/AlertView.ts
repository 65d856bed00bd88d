import type { Reader } from '../ctx'
import { sql, type Sql } from '@/lib/db'
import * as Rule from './Rule'

/** An alert for pages. */
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

/** What `toView` reads of an alert `t` and its rule `r`. */
export const columns = sql`t.id, t.subject, t.message, t.opened_at, t.resolved_at, r.kind`

export const tables = sql`alert t JOIN alert_rule r ON r.id = t.rule_id`

export type AlertRow = {
  id: string
  kind: string
  subject: string
  message: string
  openedAt: Date
  resolvedAt: Date | null
}

export function toView(row: AlertRow): AlertView {
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
export function ofReader(reader: Reader): Sql {
  return sql`(${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid)`
}
