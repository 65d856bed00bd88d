import { db, sql } from '@/lib/db'

/** Where a refund goes; undefined if there is no such refund. */
export async function findRefundTarget(id: string): Promise<string | undefined> {
  const [refund] = await db.query<{ to: string }>(sql`SELECT "to" FROM refund WHERE id = ${id}::uuid`)
  return refund?.to
}
