import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** Whether this wallet has access to this resource without paying. Reads only. */
export async function hasAccess(resourceId: string, wallet: string, network: Caip2): Promise<boolean> {
  const [row] = await db.query(sql`
    SELECT 1 FROM access_grant
    WHERE wallet = ${wallet} AND resource_id = ${resourceId}::uuid AND network = ${network} AND expires_at > now() LIMIT 1`)
  return row !== undefined
}
