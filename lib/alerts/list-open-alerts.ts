import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { type AlertView, type AlertRow, columns, tables, ofReader, toView } from './AlertView'

/** Alerts that are open now, newest first; at most 100. */
export async function listOpenAlerts(reader: Reader): Promise<AlertView[]> {
  const rows = await db.query<AlertRow>(sql`
    SELECT ${columns} FROM ${tables} WHERE t.resolved_at IS NULL AND ${ofReader(reader)} ORDER BY t.opened_at DESC LIMIT 100`)
  return rows.map(toView)
}
