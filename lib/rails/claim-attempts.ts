import { db, sql, type Sql } from '@/lib/db'
import { columns, type ExternalAttempt } from './ExternalAttempt'

const batchMax = 50
/** An attempt that a process took is not taken again for this long. */
const aloneSeconds = 45

/** SQL condition: some attempt is due. */
export const toResolve: Sql = sql`EXISTS (SELECT FROM external_attempt WHERE due_at <= now())`

/** Takes attempts that are due, for this process alone. */
export function claimAttempts(): Promise<ExternalAttempt[]> {
  return db.query<ExternalAttempt>(sql`
    WITH due AS (
      SELECT id FROM external_attempt WHERE due_at <= now() ORDER BY due_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
    UPDATE external_attempt SET due_at = now() + make_interval(secs => ${aloneSeconds})
    FROM due WHERE external_attempt.id = due.id
    RETURNING ${columns}`)
}
