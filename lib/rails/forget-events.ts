import { db, sql } from '@/lib/db'

/** Longer than Stripe repeats an event. */
const keptDays = 90
const batchMax = 5_000

/** Deletes events that were done long ago. @returns how many. */
export async function forgetEvents(): Promise<number> {
  return db.execute(sql`
    DELETE FROM rail_event WHERE id IN (
      SELECT id FROM rail_event WHERE due_at IS NULL AND received_at < now() - make_interval(days => ${keptDays}) LIMIT ${batchMax})`)
}
