import type { Reader } from '../ctx'
import { sql, type Sql } from '@/lib/db'
import { parseRules, type ExecutionPolicy } from './ExecutionPolicy'

/** A policy with its dates, ISO 8601. */
export type StoredExecutionPolicy = ExecutionPolicy & {
  createdAt: string
  updatedAt: string
  archivedAt: string | null
}

export type StoredPolicyRow = Omit<StoredExecutionPolicy, 'rules' | 'createdAt' | 'updatedAt' | 'archivedAt'> & {
  rules: unknown
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

export const columns: Sql = sql`
  id, merchant_id, name, version, rules, created_at, updated_at,
  archived_at`

export function visibleTo(reader: Reader): Sql {
  return sql`(${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`
}

export function toStored(row: StoredPolicyRow): StoredExecutionPolicy {
  return {
    ...row,
    rules: parseRules(row.rules),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
  }
}
