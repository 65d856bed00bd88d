import type { Ctx } from '../ctx'
import { stayAlive } from '@/lib/db'
import { claimNextDelivery } from './claim-next-delivery'
import { tryDelivery } from './try-delivery'

/**
 * Sends one target its due deliveries, each subject in order, until none is left or the time is up; returns the number of
 * tries. Any number may run at once, in any number of processes.
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
