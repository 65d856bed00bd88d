import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { MemberScope } from './MemberScope'
import type { MemberRole } from './RolePermissions'

/**
 * The role of a member of the scope's merchant. Locks the merchant's members, so that two owners cannot remove each other at once.
 * @throws AppError not-found
 */
export async function lockMember(tx: Tx, { merchantId }: MemberScope, address: string): Promise<MemberRole> {
  const members = await tx.query<{ address: string; role: MemberRole }>(sql`
    SELECT address, role::text FROM member WHERE merchant_id = ${merchantId}::uuid ORDER BY address FOR UPDATE`)
  const found = members.find((member) => member.address === address)
  if (!found) throw new AppError('not-found', 'This wallet is not a member of the shop.')
  return found.role
}
