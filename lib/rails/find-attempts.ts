import { db, sql } from '@/lib/db'
import { columns, type ExternalAttempt } from './ExternalAttempt'

/** The calls of a payment, oldest first. */
export function findAttempts(paymentId: string): Promise<ExternalAttempt[]> {
  return db.query<ExternalAttempt>(
    sql`SELECT ${columns} FROM external_attempt WHERE payment_id = ${paymentId}::uuid ORDER BY created_at, id`,
  )
}
