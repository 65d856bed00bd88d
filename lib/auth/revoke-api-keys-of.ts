import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'

/** Revokes every key of a merchant, in the caller's transaction. The caller has checked that it may. Returns how many. */
export async function revokeApiKeysOf(tx: Tx, ctx: Ctx, merchantId: string): Promise<number> {
  const revoked = await tx.query<{ id: string; prefix: string; name: string }>(sql`
    UPDATE api_key SET revoked_at = now() WHERE merchant_id = ${merchantId}::uuid AND revoked_at IS NULL
    RETURNING id, prefix, name`)
  const events = revoked.map(({ id, prefix, name }) => ({
    type: 'api_key.revoked' as const,
    merchantId,
    data: { keyId: id, prefix },
    sensitive: { name },
  }))
  if (events.length > 0) await recordEvents(tx, ctx, events)
  return revoked.length
}
