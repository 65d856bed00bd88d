import { db, sql } from '@/lib/db'
import { MemberScope } from '@/lib/auth'
import type { MerchantRow } from './list-merchants'

const rowsMax = 500

/**
 * Every merchant of the installation whose name or slug contains the text, by name, for operators. Reads only.
 * @throws AppError not-found for other readers.
 */
export async function listAllMerchants(scope: MemberScope.MemberScope, text = ''): Promise<MerchantRow[]> {
  MemberScope.assertMay(scope, null, 'members')
  const like = `%${text.trim().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const rows = await db.query<Omit<MerchantRow, 'createdAt'> & { createdAt: Date }>(sql`
    SELECT m.id, m.slug, m.name, b.role::text, m.created_at, m.server_wallets,
      (SELECT count(*) FROM resource r WHERE r.merchant_id = m.id)::int AS resources,
      (SELECT count(*) FROM member x WHERE x.merchant_id = m.id)::int AS members
    FROM merchant m LEFT JOIN member b ON b.merchant_id = m.id AND b.address = ${scope.address}
    WHERE m.name ILIKE ${like} OR m.slug ILIKE ${like}
    ORDER BY m.name, m.id LIMIT ${rowsMax}`)
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }))
}
