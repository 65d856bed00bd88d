import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Sql } from '@/lib/db'
import type { ProvenWallet } from '@/lib/auth'

/** The access that a payment gives, and its end. */
export type AccessGrant = { paymentId: string; expiresAt: Date }

/**
 * Uses the access of a wallet that paid for this resource before; undefined if it did not pay, its time is over, or it was
 * refunded.
 */
export async function admitWallet(
  ctx: Ctx,
  resource: { id: string; merchantId: string },
  { wallet, network, by }: ProvenWallet,
): Promise<AccessGrant | undefined> {
  return withTransaction(async (tx) => {
    const [access] = await tx.query<AccessGrant>(sql`
      UPDATE access_grant SET uses = uses + 1, last_used_at = now()
      WHERE payment_id = (
        SELECT g.payment_id FROM access_grant g JOIN payment p ON p.id = g.payment_id
        WHERE g.wallet = ${wallet} AND g.resource_id = ${resource.id}::uuid AND g.expires_at > now()
          AND p.status = 'delivered' AND (${by} = 'key' OR g.network = ${network})
        ORDER BY g.expires_at DESC LIMIT 1)
      RETURNING payment_id, expires_at`)
    if (!access) return undefined
    await recordEvent(
      tx,
      { ...ctx, actor: { kind: 'agent', id: wallet } },
      {
        type: 'access.used',
        merchantId: resource.merchantId,
        resourceId: resource.id,
        paymentId: access.paymentId,
        data: { wallet, network },
      },
    )
    return access
  })
}

/** The INSERT of `grantAccess`, for a larger statement; it writes nothing unless `when` holds. */
export function insertAccess(paymentIds: readonly string[], when: Sql = sql`true`): Sql {
  return sql`
    INSERT INTO access_grant (payment_id, resource_id, network, wallet, expires_at)
    SELECT p.id, r.id, p.network, p.payer, now() + make_interval(secs => r.access_seconds)
    FROM payment p JOIN resource r ON r.id = p.resource_id
    WHERE p.id = ANY(${paymentIds}::uuid[]) AND r.access_seconds IS NOT NULL AND ${when}
    ON CONFLICT (payment_id) DO NOTHING`
}
