import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import type { MemberRole } from './RolePermissions'

type Input = { merchantId: string; address: string; role: MemberRole }

/**
 * Makes a wallet a member, in the caller's transaction. The caller has checked that it may. Idempotent: a member keeps its role.
 * @returns whether it is new.
 */
export async function addMember(tx: Tx, ctx: Ctx, { merchantId, address, role }: Input): Promise<boolean> {
  const added = await tx.execute(sql`
    INSERT INTO member (merchant_id, address, role) VALUES (${merchantId}::uuid, ${address}, ${role}::role)
    ON CONFLICT (merchant_id, address) DO NOTHING`)
  if (added === 0) return false
  await recordEvent(tx, ctx, { type: 'member.added', merchantId, data: { address, role } })
  return true
}
