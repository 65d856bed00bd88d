import type { Reader } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { rowColumns, toViews, type ExecutionRow } from './execution-rows'
import type { ExecutionView } from './ExecutionView'

/**
 * A transaction that a merchant requested; undefined if it does not exist or belongs to another merchant. `id` is a
 * UUID. Reads only.
 */
export async function findExecution(reader: Reader, id: string): Promise<ExecutionView | undefined> {
  const rows = await db.query<ExecutionRow>(
    sql`SELECT ${rowColumns} FROM transaction t WHERE t.id = ${id}::uuid AND ${visible(reader)}`,
  )
  return (await toViews(rows))[0]
}

/**
 * SQL condition: the transactions `t` that a reader may see. Leaves out the gateway's own settlements and refunds,
 * which belong to no merchant.
 */
export function visible(reader: Reader): Sql {
  return reader.operator ? sql`t.merchant_id IS NOT NULL` : sql`t.merchant_id = ${reader.merchantId}::uuid`
}
