import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import type * as ApiKey from './ApiKey'

/** A key as pages show it: plain data, times ISO 8601. */
export type ApiKeyRow = {
  id: string
  merchantId: string
  name: string
  prefix: string
  scopes: readonly ApiKey.ApiKeyScope[]
  policyId: string | null
  createdBy: string
  createdAt: string
  lastUsedAt: string | null
  expiresAt: string | null
  revokedAt: string | null
  state: 'active' | 'expired' | 'revoked'
  /** The secret before the last rotation; null without one. */
  previous: { prefix: string; until: string; isOver: boolean; usedAt: string | null } | null
}

type Row = Omit<ApiKeyRow, 'createdAt' | 'lastUsedAt' | 'expiresAt' | 'revokedAt' | 'previous'> & {
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date | null
  revokedAt: Date | null
  previousPrefix: string | null
  previousUntil: Date | null
  previousUsedAt: Date | null
  previousOver: boolean | null
}

/** The keys that the reader may see: valid ones first, then newest first. Reads only. */
export async function listApiKeys(reader: Reader): Promise<ApiKeyRow[]> {
  const rows = await db.query<Row>(sql`
    SELECT id, merchant_id, name, prefix, scopes, policy_id, created_by,
      created_at, last_used_at, expires_at, revoked_at, previous_prefix, previous_until, previous_used_at,
      previous_until <= now() AS previous_over,
      CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'active' END AS state
    FROM api_key WHERE ${reader.operator} OR merchant_id = ${reader.merchantId}::uuid
    ORDER BY revoked_at IS NOT NULL, expires_at IS NOT NULL AND expires_at <= now(), created_at DESC, id`)
  return rows.map(({ previousPrefix, previousUntil, previousUsedAt, previousOver, ...row }) => ({
    ...row,
    previous:
      previousPrefix === null || previousUntil === null
        ? null
        : {
            prefix: previousPrefix,
            until: previousUntil.toISOString(),
            isOver: previousOver === true,
            usedAt: previousUsedAt?.toISOString() ?? null,
          },
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }))
}
