import { db, sql } from '@/lib/db'
import { backoffInterval } from './backoff-statement'

/** Postpones a top-up whose outcome is still unknown, as `postponeChannels` does. */
export async function postponeTopUp(transactionId: string, mostMs: number): Promise<void> {
  await db.execute(sql`
    UPDATE channel_top_up SET tries = least(tries + 1, 30), due_at = now() + ${backoffInterval(sql`tries`, mostMs)}
    WHERE transaction_id = ${transactionId}::uuid`)
}
