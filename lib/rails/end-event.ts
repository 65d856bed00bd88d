import { db, sql } from '@/lib/db'

/** Marks an event as done, or stores why it is not. */
export async function endEvent(id: string, error?: string): Promise<void> {
  await db.execute(
    error === undefined
      ? sql`UPDATE rail_event SET taken_at = now(), due_at = NULL, error = NULL WHERE id = ${id}`
      : sql`UPDATE rail_event SET error = ${error} WHERE id = ${id}`,
  )
}
