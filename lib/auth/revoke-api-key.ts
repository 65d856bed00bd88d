import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { assertMay, type MemberScope } from './MemberScope'

/**
 * Revokes a key for good, from its next request on. What it started before continues. May be called twice.
 * @throws AppError not-found, not-allowed
 */
export async function revokeApiKey(ctx: Ctx, scope: MemberScope, id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const [key] = await tx.query<{ merchantId: string; prefix: string; name: string; revoked: boolean }>(sql`
      SELECT merchant_id, prefix, name, revoked_at IS NOT NULL AS revoked FROM api_key WHERE id = ${id}::uuid FOR UPDATE`)
    if (!key) throw new AppError('not-found', 'There is no such API key.')
    assertMay(scope, key.merchantId, 'integrate')
    if (key.revoked) return
    await tx.execute(sql`UPDATE api_key SET revoked_at = now() WHERE id = ${id}::uuid`)
    const { prefix, name, merchantId } = key
    const data = { keyId: id, prefix }
    await recordEvent(tx, ctx, { type: 'api_key.revoked', merchantId, data, sensitive: { name } })
  })
}
