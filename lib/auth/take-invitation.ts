import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as Invitation from './Invitation'
import type { MemberRole } from './RolePermissions'
import { hashToken } from './token'

/**
 * Uses a link up, in the caller's transaction: of two wallets at once one gets it.
 * @param kind what it must be for.
 * @returns the merchant (null for a shop of one's own) and the role.
 * @throws AppError not-allowed for a link that is unknown, used, revoked, expired or of the other kind.
 */
export async function takeInvitation(
  tx: Tx,
  wallet: string,
  token: string,
  kind: 'member' | 'shop',
): Promise<{ merchantId: string | null; role: MemberRole }> {
  const [taken] = Invitation.isToken(token)
    ? await tx.query<{ merchantId: string | null; role: MemberRole }>(sql`
        UPDATE invitation SET accepted_at = now(), accepted_by = ${wallet}
        WHERE hash = ${hashToken(token)} AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
          AND (merchant_id IS NULL) = ${kind === 'shop'}
        RETURNING merchant_id, role::text`)
    : []
  if (taken) return taken
  throw new AppError('not-allowed', 'This invitation was used, revoked or has expired. Ask for a new link.')
}
