import { db, sql } from '@/lib/db'
import { isOperator } from './is-operator'
import type { MemberScope } from './MemberScope'
import type { MemberRole } from './RolePermissions'
import { hashToken } from './token'

/** A session ends after this long without use. */
const idle = '30 minutes'
/** Updated at most this often. */
const touched = '30 seconds'

type Row = { address: string; merchantId: string; role: MemberRole | null; stale: boolean }

/** The scope of a session id; undefined if it is unknown or expired, or its wallet may no longer sign in. */
export async function findSession(token: string | undefined): Promise<MemberScope | undefined> {
  if (!token || !/^[0-9a-f]{64}$/.test(token)) return undefined
  const hash = hashToken(token)
  const [row] = await db.query<Row>(sql`
    SELECT s.address, s.merchant_id, b.role::text, s.last_seen_at < now() - ${touched}::interval AS stale
    FROM session s LEFT JOIN member b ON b.merchant_id = s.merchant_id AND b.address = s.address
    WHERE s.hash = ${hash} AND s.expires_at > now() AND s.last_seen_at > now() - ${idle}::interval`)
  if (!row) return undefined
  const operator = isOperator(row.address)
  const role = operator ? 'owner' : row.role
  if (!role) return undefined
  if (row.stale) await db.execute(sql`UPDATE session SET last_seen_at = now() WHERE hash = ${hash}`)
  return { address: row.address, merchantId: row.merchantId, operator, role }
}
