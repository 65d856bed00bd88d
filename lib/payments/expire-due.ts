import type { Ctx } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { keptMs } from './Payment'
import { hasMoved, isOrphaned, type Orphan, resolveOrphans } from './resolve-orphans'

const batchMax = 200

const due: Sql = sql`
  FROM payment WHERE ${isOrphaned} AND settlement IN ('none', 'settled')
    AND (settlement = 'none' AND NOT ${hasMoved} OR settlement = 'settled' AND (upstream_started_at IS NOT NULL OR settled_at < now() - make_interval(secs => ${keptMs / 1000})))
    AND (resolve_at IS NULL OR resolve_at <= now())`

/** SQL condition: `expireDue` has something to do. */
export const toExpire: Sql = sql`EXISTS (SELECT ${due})`

/**
 * Resolves payments that no request serves any more, because their process died or their request gave up. Unsettled payments
 * are voided; settled ones whose upstream may have been called are refunded. A settled payment whose upstream was never called
 * waits for its agent, as long as an answer would be stored. A payment that cannot be resolved does not block the others. Any
 * number of processes may run this at any time: every write checks the row's state.
 * @returns how many were resolved.
 */
export async function expireDue(ctx: Ctx): Promise<number> {
  const orphans = await db.query<Orphan>(sql`
    SELECT id, settlement ${due} ORDER BY created_at LIMIT ${batchMax}`)
  return resolveOrphans(ctx, orphans)
}
