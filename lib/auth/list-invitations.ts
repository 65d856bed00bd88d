import { db, sql } from '@/lib/db'
import { assertMay, type MemberScope } from './MemberScope'
import type { InvitationRow } from './Invitation'

type Row = Omit<InvitationRow, 'createdAt' | 'expiresAt' | 'acceptedAt'> & {
  createdAt: Date
  expiresAt: Date
  acceptedAt: Date | null
}

/**
 * The invitations of the scope's merchant, or those for new shops, newest first. Reads only.
 * @throws AppError not-allowed
 */
export async function listInvitations(scope: MemberScope, forShop = false): Promise<InvitationRow[]> {
  const merchantId = forShop ? null : scope.merchantId
  assertMay(scope, merchantId, 'members')
  const rows = await db.query<Row>(sql`
    SELECT id, role::text, note, created_by, created_at, expires_at, accepted_at, accepted_by,
      CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked'
        WHEN expires_at <= now() THEN 'expired' ELSE 'open' END AS state
    FROM invitation WHERE merchant_id IS NOT DISTINCT FROM ${merchantId}::uuid ORDER BY created_at DESC, id LIMIT 100`)
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
  }))
}
