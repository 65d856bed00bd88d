import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { assertMay, type MemberScope } from './MemberScope'

/**
 * Makes the link of an open invitation worthless. May be called twice. A member that joined by it stays.
 * @throws AppError not-found, not-allowed
 */
export async function revokeInvitation(ctx: Ctx, scope: MemberScope, id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const [found] = await tx.query<{ merchantId: string | null; open: boolean }>(sql`
      SELECT merchant_id, accepted_at IS NULL AND revoked_at IS NULL AS open
      FROM invitation WHERE id::text = ${id} FOR UPDATE`)
    if (!found) throw new AppError('not-found', 'There is no such invitation.')
    assertMay(scope, found.merchantId, 'members')
    if (!found.open) return
    await tx.execute(sql`UPDATE invitation SET revoked_at = now() WHERE id::text = ${id}`)
    await recordEvent(tx, ctx, {
      type: 'invitation.revoked',
      merchantId: found.merchantId ?? undefined,
      data: { invitationId: id },
    })
  })
}
