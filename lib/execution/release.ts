import { db, sql } from '@/lib/db'
import type * as Transaction from './Transaction'

/** Returns a transaction unchanged, to be due again after `delayMs`. Does nothing if the lease was lost. */
export async function release({ id, epoch }: Transaction.Transaction, delayMs: number): Promise<void> {
  await db.execute(sql`
    UPDATE transaction SET lease_until = NULL, due_at = now() + make_interval(secs => ${delayMs / 1000})
    WHERE id = ${id}::uuid AND epoch = ${epoch}`)
}
