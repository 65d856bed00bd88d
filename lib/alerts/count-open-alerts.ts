import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { tables, ofReader } from './AlertView'

/** The number of open alerts. */
export async function countOpenAlerts(reader: Reader): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM ${tables} WHERE t.resolved_at IS NULL AND ${ofReader(reader)}`,
  )
  return row?.count ?? 0
}
