import type { Ctx } from '../ctx'
import { stayAlive } from '@/lib/db'
import { claimNextDelivery } from './claim-next-delivery'
import { tryDelivery } from './try-delivery'

/**
 * Tells one target everything that is due, each subject in its order, until nothing is or the time is up; answers how many
 * tries it made. Any number may run at once, in any number of processes.
 */
export async function deliverToTarget(ctx: Ctx, target: string, budgetMs = 60_000): Promise<number> {
  const endMs = Date.now() + budgetMs
  let tries = 0
  do {
    await stayAlive()
    const delivery = await claimNextDelivery(target)
    if (!delivery) break
    await tryDelivery(ctx, delivery)
    tries++
  } while (Date.now() < endMs)
  return tries
}
