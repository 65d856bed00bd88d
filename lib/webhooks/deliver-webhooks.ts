import type { Ctx } from '../ctx'
import { db, sql, stayAlive } from '@/lib/db'
import { claimNext, isDue, perTargetMax } from './claim-delivery'
import { timeoutMs } from './post-message'
import { tryDelivery } from './try-delivery'

/** How many receivers one run serves side by side. */
const targetsMax = 16

/**
 * Tells one target everything that is due, each subject in its order, until nothing is or the time is up; answers how many
 * tries it made. Any number may run at once, in any number of processes.
 */
export async function deliverTo(ctx: Ctx, target: string, budgetMs = 60_000): Promise<number> {
  const endMs = Date.now() + budgetMs
  let tries = 0
  do {
    await stayAlive()
    const delivery = await claimNext(target)
    if (!delivery) break
    await tryDelivery(ctx, delivery)
    tries++
  } while (Date.now() < endMs)
  return tries
}

/**
 * Finds what is due that no bell rang for: after a crash, and where no worker runs beside the background route. Answers how
 * many tries it made; begins none that could outlast `budgetMs`.
 */
export async function deliverDue(ctx: Ctx, budgetMs: number): Promise<number> {
  const endMs = Date.now() + budgetMs - timeoutMs
  let tries = 0
  do {
    const due = await db.query<{ target: string }>(
      sql`SELECT d.target FROM webhook_delivery d WHERE ${isDue} GROUP BY d.target ORDER BY min(d.due_at) LIMIT ${targetsMax}`,
    )
    const lanes = due.flatMap(({ target }) => Array.from({ length: perTargetMax }, () => target))
    const made = await Promise.all(lanes.map((target) => deliverTo(ctx, target, endMs - Date.now())))
    const sum = made.reduce((all, one) => all + one, 0)
    // Others are at the rest.
    if (sum === 0) break
    tries += sum
  } while (Date.now() < endMs)
  return tries
}
