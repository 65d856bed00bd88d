import { sql, type Tx } from '@/lib/db'

/** Whether a merchant was closed for good. Waits for a closing that is under way; none begins before the caller's transaction ends. */
export async function findShopClosed(tx: Tx, merchantId: string): Promise<boolean> {
  const [row] = await tx.query<{ isClosed: boolean }>(
    sql`SELECT closed_at IS NOT NULL AS is_closed FROM merchant WHERE id = ${merchantId}::uuid FOR SHARE`,
  )
  return row?.isClosed === true
}
