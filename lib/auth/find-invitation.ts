import { db, sql } from '@/lib/db'
import * as Invitation from './Invitation'
import type { MemberRole } from './RolePermissions'
import { hashToken } from './token'

/** What a link offers. `merchantName` is null for a shop of one's own. */
export type InvitationOffer = { merchantName: string | null; role: MemberRole; expiresAt: string }

/** The offer of an open link; undefined if it is unknown, used, revoked or expired. Reads only. */
export async function findInvitation(token: string): Promise<InvitationOffer | undefined> {
  if (!Invitation.isToken(token)) return undefined
  const [row] = await db.query<{ merchantName: string | null; role: MemberRole; expiresAt: Date }>(sql`
    SELECT m.name AS merchant_name, i.role::text, i.expires_at
    FROM invitation i LEFT JOIN merchant m ON m.id = i.merchant_id
    WHERE i.hash = ${hashToken(token)} AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()`)
  return row && { ...row, expiresAt: row.expiresAt.toISOString() }
}
