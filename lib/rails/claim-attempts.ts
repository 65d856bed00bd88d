import { db, isDead, processId, sql, stayAlive, type Sql } from '@/lib/db'
import { columns, type ExternalAttempt } from './ExternalAttempt'

const batchMax = 50
/** An attempt that a process took is not taken again for this long. */
const aloneSeconds = 45

const isDue = sql`due_at IS NOT NULL AND (due_at <= now() OR owner_id IS NOT NULL AND ${isDead(sql`owner_id`)})`

/** SQL condition: some attempt is due. */
export const toResolve: Sql = sql`EXISTS (SELECT FROM external_attempt WHERE ${isDue})`

/** Takes attempts that are due, for this process alone. */
export async function claimAttempts(): Promise<ExternalAttempt[]> {
  await stayAlive()
  return db.query<ExternalAttempt>(sql`
    WITH due AS (
      SELECT id FROM external_attempt WHERE ${isDue} ORDER BY due_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
    UPDATE external_attempt SET due_at = now() + make_interval(secs => ${aloneSeconds}), owner_id = ${processId}::uuid
    FROM due WHERE external_attempt.id = due.id
    RETURNING ${columns}`)
}
