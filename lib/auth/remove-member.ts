import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { assertOtherOwner } from './assert-other-owner'
import { lockMember } from './lock-member'
import { assertMay, type MemberScope } from './MemberScope'

/**
 * Removes a member and ends its sessions at this merchant. A member may remove itself whatever its role. The last owner stays.
 * @throws AppError not-allowed, not-found (also at the second call), stale-state
 */
export async function removeMember(ctx: Ctx, scope: MemberScope, address: string): Promise<void> {
  const { merchantId } = scope
  if (address !== scope.address) assertMay(scope, merchantId, 'members')
  await withTransaction(async (tx) => {
    const role = await lockMember(tx, scope, address)
    if (role === 'owner') await assertOtherOwner(tx, scope, address)
    await tx.execute(sql`DELETE FROM member WHERE merchant_id = ${merchantId}::uuid AND address = ${address}`)
    await tx.execute(sql`DELETE FROM session WHERE merchant_id = ${merchantId}::uuid AND address = ${address}`)
    await recordEvent(tx, ctx, { type: 'member.removed', merchantId, data: { address, role } })
  })
}
