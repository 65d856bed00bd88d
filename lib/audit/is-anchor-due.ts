import { db, sql } from '@/lib/db'

/** Whether a checkpoint is newer than the last anchor, and that anchor (or else the first checkpoint) is a day old. */
export async function isAnchorDue(): Promise<boolean> {
  const [row] = await db.query<{ due: boolean }>(sql`
    SELECT coalesce(max(c.size) > coalesce((SELECT max(size) FROM audit_anchor), 0)
      AND coalesce((SELECT max(created_at) FROM audit_anchor), min(c.created_at)) < now() - interval '1 day', false) AS due
    FROM audit_checkpoint c`)
  return row?.due ?? false
}
