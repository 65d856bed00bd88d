import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { MemberScope } from './MemberScope'
import { findMembership } from './find-membership'
import { hashToken } from './token'

/**
 * Opens another merchant in the current session: one of the wallet's own, or any for an operator, which the audit trail records.
 * May be called twice.
 * @throws AppError not-found for a merchant that the wallet may not open.
 */
export async function switchMerchant(ctx: Ctx, scope: MemberScope, token: string, merchantId: string): Promise<void> {
  await withTransaction(async (tx) => {
    const found = await findMembership(tx, scope.address, merchantId)
    if (!found || !(found.isMember || scope.operator)) throw new AppError('not-found', 'There is no such merchant.')
    const moved = await tx.execute(sql`
      UPDATE session SET merchant_id = ${merchantId}::uuid
      WHERE hash = ${hashToken(token)} AND merchant_id <> ${merchantId}::uuid`)
    if (moved === 0) return
    await tx.execute(sql`
      UPDATE member SET opened_at = now() WHERE merchant_id = ${merchantId}::uuid AND address = ${scope.address}`)
    if (!found.isMember) await recordEvent(tx, ctx, { type: 'merchant.opened_by_operator', merchantId })
  })
}
