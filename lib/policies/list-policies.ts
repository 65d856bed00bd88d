import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { type StoredExecutionPolicy, type StoredPolicyRow, columns, visibleTo, toStored } from './stored-policies'

/** The policies that the reader may see: active ones first, by name. */
export async function listPolicies(reader: Reader): Promise<StoredExecutionPolicy[]> {
  const rows = await db.query<StoredPolicyRow>(sql`
    SELECT ${columns} FROM execution_policy WHERE ${visibleTo(reader)} ORDER BY archived_at IS NOT NULL, lower(name), id`)
  return rows.map(toStored)
}
