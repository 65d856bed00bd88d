import type { Ctx } from '../ctx'
import { log } from '../log'
import { stayAlive } from '@/lib/db'
import { drive } from './drive'
import { claimDue } from './lease'
import { stopSequences } from './stop-sequences'

const atOnce = 16

/**
 * Drives every transaction that waits for submission: queued ones, held ones whose time has come, and those whose driver
 * died between signing and sending. Stops taking new ones after `budgetMs`. Returns how many were driven. Any number of
 * processes may run this at the same time.
 */
export async function submitDue(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  let driven = 0
  await stayAlive()
  await stopSequences(ctx)
  while (performance.now() < untilMs) {
    const claimed = await claimDue(atOnce)
    await Promise.all(
      claimed.map((transaction) =>
        drive(ctx, transaction).catch((error: unknown) =>
          log().error({ err: error, transactionId: transaction.id }, 'a transaction could not be driven'),
        ),
      ),
    )
    driven += claimed.length
    if (claimed.length < atOnce) break
  }
  return driven
}
