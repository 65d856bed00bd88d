import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError, wrongFields } from '@/lib/errors'
import * as ApiKey from './ApiKey'
import { assertMayGiveScopes } from './assert-may-give-scopes'
import type { MemberScope } from './MemberScope'
import { findShopClosed } from './find-shop-closed'
import { hashToken } from './token'

/**
 * Creates a key for programs of the scope's merchant. Two calls create two keys.
 * @returns the whole key: it is shown once, and only its hash is stored.
 * @throws AppError bad-input, not-allowed, stale-state for a shop that was closed
 */
export async function createApiKey(ctx: Ctx, scope: MemberScope, input: unknown): Promise<{ id: string; key: string }> {
  const draft = ApiKey.parseDraft(input)
  const { merchantId } = scope
  assertMayGiveScopes(scope, merchantId, draft.scopes)
  const id = ctx.id()
  const { prefix, key } = ApiKey.makeSecret()
  await withTransaction(async (tx) => {
    if (await findShopClosed(tx, merchantId))
      throw new AppError('stale-state', 'This shop is closed: it gets no new API key.')
    // The policy belongs to another domain: this only checks that it exists and is this merchant's.
    const made = await tx.query<{ expiresAt: Date | null }>(sql`
      INSERT INTO api_key (id, merchant_id, name, prefix, hash, scopes, policy_id, created_by, expires_at)
      SELECT ${id}::uuid, ${merchantId}::uuid, ${draft.name}, ${prefix}, ${hashToken(key)}, ${draft.scopes}::text[],
        ${draft.policyId}::uuid, ${scope.address}, now() + make_interval(days => ${draft.expiresInDays}::int)
      WHERE ${draft.policyId}::uuid IS NULL OR EXISTS (
        SELECT 1 FROM execution_policy
        WHERE id = ${draft.policyId}::uuid AND merchant_id = ${merchantId}::uuid AND archived_at IS NULL)
      RETURNING expires_at`)
    if (made.length === 0) {
      const fields = [{ field: 'policyId', message: 'This policy is no longer there. Choose another one' }]
      throw wrongFields(fields)
    }
    const { name, scopes, policyId } = draft
    const data = { keyId: id, prefix, scopes, policyId, expiresAt: made[0]?.expiresAt?.toISOString() ?? null }
    await recordEvent(tx, ctx, { type: 'api_key.created', merchantId, data, sensitive: { name } })
  })
  return { id, key }
}
