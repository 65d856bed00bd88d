import { db, sql } from '@/lib/db'
import type { MemberScope } from './MemberScope'
import type { MemberRole } from './RolePermissions'

/** A member as pages show it. */
export type MemberRow = {
  address: string
  role: MemberRole
  createdAt: string
  /** When it last opened the dashboard; null: never. */
  openedAt: string | null
}

/** The members of the scope's merchant, owners first. Reads only. */
export async function listMembers({ merchantId }: MemberScope): Promise<MemberRow[]> {
  const rows = await db.query<{ address: string; role: MemberRole; createdAt: Date; openedAt: Date | null }>(sql`
    SELECT address, role::text, created_at, opened_at FROM member
    WHERE merchant_id = ${merchantId}::uuid ORDER BY member.role, created_at, address`)
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    openedAt: row.openedAt?.toISOString() ?? null,
  }))
}
