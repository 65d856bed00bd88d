import { db, sql } from '@/lib/db'
import { columns, type ExternalAttempt } from './ExternalAttempt'

/** The calls that the other party knows by this id. */
export function findAttemptsBy(externalId: string): Promise<ExternalAttempt[]> {
  return db.query<ExternalAttempt>(
    sql`SELECT ${columns} FROM external_attempt WHERE external_id = ${externalId} ORDER BY created_at, id`,
  )
}
