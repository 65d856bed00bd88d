import type { Ctx } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { isDue, perTargetMax } from './delivery-lease'
import { timeoutMs } from './post-message'
import { deliverToTarget } from './deliver-to-target'

/** How many receivers one run serves side by side. */
const targetsMax = 16

/**
 * Receivers with something due. Receivers are few and what waits for a dead one may be millions:
 * each is found behind the one before it in the index, and asked for the first thing that is due.
 */
const dueTargets: Sql = sql`
  WITH RECURSIVE receiver AS (
    (SELECT target FROM webhook_delivery WHERE status = 'waiting' ORDER BY target LIMIT 1)
    UNION ALL
    SELECT (
      SELECT n.target FROM webhook_delivery n WHERE n.status = 'waiting' AND n.target > receiver.target ORDER BY n.target LIMIT 1)
    FROM receiver WHERE receiver.target IS NOT NULL)
  SELECT receiver.target FROM receiver CROSS JOIN LATERAL (
    SELECT d.due_at FROM webhook_delivery d WHERE d.target = receiver.target AND ${isDue} ORDER BY d.due_at, d.position LIMIT 1) first
  WHERE receiver.target IS NOT NULL`

/** SQL condition: `deliverDueWebhooks` has something to do. */
export const toDeliver: Sql = sql`EXISTS (${dueTargets})`

/**
 * Finds what is due that no bell rang for: after a crash, and where no worker runs beside the background route. Answers how
 * many tries it made; begins none that could outlast `budgetMs`.
 */
export async function deliverDueWebhooks(ctx: Ctx, budgetMs: number): Promise<number> {
  const endMs = Date.now() + budgetMs - timeoutMs
  let tries = 0
  do {
    const due = await findDueTargets()
    const lanes = due.flatMap(({ target }) => Array.from({ length: perTargetMax }, () => target))
    const made = await Promise.all(lanes.map((target) => deliverToTarget(ctx, target, endMs - Date.now())))
    const sum = made.reduce((all, one) => all + one, 0)
    // Others are at the rest.
    if (sum === 0) break
    tries += sum
  } while (Date.now() < endMs)
  return tries
}

function findDueTargets(): Promise<{ target: string }[]> {
  return db.query(sql`${dueTargets} ORDER BY first.due_at LIMIT ${targetsMax}`)
}
