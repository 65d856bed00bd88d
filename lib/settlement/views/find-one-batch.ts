import type { Reader } from '../../ctx'
import { db, sql, type Sql } from '@/lib/db'
import type * as BatchView from './BatchView'
import { type BatchRecord, columns, toBatchRows } from './to-batch-rows'
import { batchTables } from './batch-tables'

export async function findOneBatch(reader: Reader, which: Sql): Promise<BatchView.BatchListRow | undefined> {
  const rows = await db.query<BatchRecord>(sql`SELECT ${columns} FROM ${batchTables(reader)} WHERE ${which}`)
  return (await toBatchRows(reader, rows))[0]
}
