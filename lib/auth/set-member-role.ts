import { z } from 'zod'
import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { toBadInput } from '@/lib/errors'
import { assertOtherOwner } from './assert-other-owner'
import { lockMember } from './lock-member'
import { assertMay, type MemberScope } from './MemberScope'
import { roles } from './RolePermissions'

const Role = z.object({ role: z.enum(roles, 'Choose a role') })

/**
 * Sets the role of a member; its open sessions follow at their next request. May be called twice. The last owner stays one.
 * @throws AppError bad-input, not-allowed, not-found, stale-state
 */
export async function setMemberRole(ctx: Ctx, scope: MemberScope, address: string, input: unknown): Promise<void> {
  assertMay(scope, scope.merchantId, 'members')
  const parsed = Role.safeParse(input)
  if (!parsed.success) throw toBadInput(parsed.error)
  const { role } = parsed.data
  await withTransaction(async (tx) => {
    const before = await lockMember(tx, scope, address)
    if (before === role) return
    if (before === 'owner') await assertOtherOwner(tx, scope, address)
    await tx.execute(sql`
      UPDATE member SET role = ${role}::role WHERE merchant_id = ${scope.merchantId}::uuid AND address = ${address}`)
    const data = { address, from: before, to: role }
    await recordEvent(tx, ctx, { type: 'member.role_set', merchantId: scope.merchantId, data })
  })
}
