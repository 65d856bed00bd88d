import type { Ctx } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { isDue, perTargetMax } from './delivery-lease'
import { timeoutMs } from './post-message'
import { deliverToTarget } from './deliver-to-target'

/** How many receivers one run serves in parallel. */
const targetsMax = 16

/**
 * Receivers with a due delivery. Receivers are few, and a dead one may have millions of deliveries: the recursion jumps from
 * receiver to receiver in the index and reads the first due delivery of each.
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
 * Delivers what is due and woke no worker: after a crash, and where no worker runs besides the background route. Returns the
 * number of tries; starts none that could outlast `budgetMs`.
 */
export async function deliverDueWebhooks(ctx: Ctx, budgetMs: number): Promise<number> {
  const endMs = Date.now() + budgetMs - timeoutMs
  let tries = 0
  do {
    const due = await findDueTargets()
    const lanes = due.flatMap(({ target }) => Array.from({ length: perTargetMax }, () => target))
    const made = await Promise.all(lanes.map((target) => deliverToTarget(ctx, target, endMs - Date.now())))
    const sum = made.reduce((all, one) => all + one, 0)
    // Other processes deliver the rest.
    if (sum === 0) break
    tries += sum
  } while (Date.now() < endMs)
  return tries
}

function findDueTargets(): Promise<{ target: string }[]> {
  return db.query(sql`${dueTargets} ORDER BY first.due_at LIMIT ${targetsMax}`)
}
