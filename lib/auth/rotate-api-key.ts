import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as ApiKey from './ApiKey'
import { assertMayGiveScopes } from './assert-may-give-scopes'
import type { MemberScope } from './MemberScope'
import { hashToken } from './token'

type Row = {
  merchantId: string
  name: string
  prefix: string
  scopes: ApiKey.ApiKeyScope[]
  over: boolean
}

/**
 * Gives a key a new secret. The key stays the same: its scopes, policy, caps, limits, idempotency keys and end. The old secret works on for
 * the overlap; a still older one ends at once. Not idempotent: each call makes a secret.
 * @returns the whole secret: it is shown once, and only its hash is stored.
 * @throws AppError bad-input, not-found, not-allowed, stale-state for a key that was revoked or has expired.
 */
export async function rotateApiKey(ctx: Ctx, scope: MemberScope, id: string, input: unknown): Promise<{ key: string }> {
  const { overlapHours } = ApiKey.parseRotation(input)
  const { prefix, key } = ApiKey.makeSecret()
  await withTransaction(async (tx) => {
    const [row] = await tx.query<Row>(sql`
      SELECT merchant_id, name, prefix, scopes, revoked_at IS NOT NULL OR coalesce(expires_at <= now(), false) AS over
      FROM api_key WHERE id = ${id}::uuid FOR UPDATE`)
    if (!row) throw new AppError('not-found', 'There is no such API key.')
    const { merchantId, name, scopes } = row
    assertMayGiveScopes(scope, merchantId, scopes)
    if (row.over) throw new AppError('stale-state', 'This key was revoked or has expired. Create a new one.')
    const [made] = await tx.query<{ previousUntil: Date }>(sql`
      UPDATE api_key SET previous_hash = hash, previous_prefix = prefix, previous_used_at = last_used_at,
        previous_until = now() + make_interval(hours => ${overlapHours}::int),
        hash = ${hashToken(key)}, prefix = ${prefix}, last_used_at = NULL
      WHERE id = ${id}::uuid RETURNING previous_until`)
    const previousUntil = made?.previousUntil.toISOString() ?? null
    const data = { keyId: id, prefix, previousPrefix: row.prefix, previousUntil }
    await recordEvent(tx, ctx, { type: 'api_key.rotated', merchantId, data, sensitive: { name } })
  })
  return { key }
}
