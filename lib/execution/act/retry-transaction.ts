import type { Ctx } from '../../ctx'
import { db, sql } from '@/lib/db'
import { mustBePossible, readForAction } from './read-for-action'
import { submitNow } from '../submit/submit-now'

/**
 * Tries a held transaction now instead of at its next turn. It stays the same transaction, so nothing can run twice.
 * @throws AppError not-found; not-possible with the reason.
 */
export async function retryTransaction(ctx: Ctx, { id }: { id: string }): Promise<{ id: string }> {
  mustBePossible(await readForAction(id), 'retry')
  await db.execute(sql`UPDATE transaction SET due_at = now() WHERE id = ${id}::uuid AND status = 'held'`)
  await submitNow(ctx, id)
  return { id }
}
