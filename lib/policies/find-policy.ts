import type { Reader } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { parseRules, type ExecutionPolicy } from './ExecutionPolicy'

/** A policy with its dates, ISO 8601. */
export type StoredExecutionPolicy = ExecutionPolicy & {
  createdAt: string
  updatedAt: string
  archivedAt: string | null
}

type Row = Omit<StoredExecutionPolicy, 'rules' | 'createdAt' | 'updatedAt' | 'archivedAt'> & {
  rules: unknown
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

const columns: Sql = sql`
  id, merchant_id, name, version, rules, created_at, updated_at,
  archived_at`

/** A policy that the reader may see, archived or not; undefined when there is none. `id` is a UUID. */
export async function findPolicy(reader: Reader, id: string): Promise<StoredExecutionPolicy | undefined> {
  const [row] = await db.query<Row>(
    sql`SELECT ${columns} FROM execution_policy WHERE id = ${id}::uuid AND ${visible(reader)}`,
  )
  return row && toStored(row)
}

/** The policies that the reader may see: those in use first, by name. */
export async function listPolicies(reader: Reader): Promise<StoredExecutionPolicy[]> {
  const rows = await db.query<Row>(sql`
    SELECT ${columns} FROM execution_policy WHERE ${visible(reader)} ORDER BY archived_at IS NOT NULL, lower(name), id`)
  return rows.map(toStored)
}

function visible(reader: Reader): Sql {
  return sql`(${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`
}

function toStored(row: Row): StoredExecutionPolicy {
  return {
    ...row,
    rules: parseRules(row.rules),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
  }
}
