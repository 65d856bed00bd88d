import { db, sql } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

/** The payments of a batch whose outcome is not booked, without a lock: to look at the chain first. */
export async function findSettling(batchId: string): Promise<Payment[]> {
  return db.query<Payment>(
    sql`SELECT ${columns} FROM payment WHERE batch_id = ${batchId} AND settlement = 'pending' ORDER BY id`,
  )
}
