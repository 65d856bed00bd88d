import type { Ctx } from '../ctx'
import { db, sql } from '@/lib/db'
import { hasMoved, isOrphaned, type Orphan, resolveOrphans } from './resolve-orphans'

/** Resolves one payment as `expireDue` does, at once: its agent asks again and should not wait for the next run. */
export async function expirePayment(ctx: Ctx, paymentId: string): Promise<number> {
  const orphans = await db.query<Orphan>(sql`
    SELECT id, settlement FROM payment
    WHERE id = ${paymentId} AND ${isOrphaned}
      AND (settlement = 'none' AND NOT ${hasMoved} OR (settlement = 'settled' AND upstream_started_at IS NOT NULL))`)
  return resolveOrphans(ctx, orphans)
}
