import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { type StoredExecutionPolicy, type StoredPolicyRow, columns, visibleTo, toStored } from './stored-policies'

/** A policy that the reader may see, archived or not; undefined if there is none. `id` is a UUID. */
export async function findPolicy(reader: Reader, id: string): Promise<StoredExecutionPolicy | undefined> {
  const [row] = await db.query<StoredPolicyRow>(
    sql`SELECT ${columns} FROM execution_policy WHERE id = ${id}::uuid AND ${visibleTo(reader)}`,
  )
  return row && toStored(row)
}
