import { sql, type Tx } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

/** Payments of a batch whose outcome is not booked yet, locked. A second caller waits, then finds none. */
export async function lockSettling(tx: Tx, batchId: string): Promise<Payment[]> {
  return tx.query<Payment>(sql`
    SELECT ${columns} FROM payment WHERE batch_id = ${batchId} AND settlement = 'pending' ORDER BY id FOR UPDATE`)
}
