import { db, sql } from '@/lib/db'
import { removeWaiter, waitersOf } from './credit-waiters'

/** Covers a lost notification: how long a caller waits before it looks again. */
const lookAgainMs = 2_000

/**
 * Marks a channel as waiting for a voucher and resolves `come` when one may have arrived: on a notification, or after `lookMs`.
 * Call it before trying to reserve credit, and repeat both until the time to wait is over.
 */
export async function listenForCredit(
  channelId: string,
  lookMs = lookAgainMs,
): Promise<{ come: Promise<void>; cancel(): void }> {
  const waiting = waitersOf(channelId)
  let cancel = () => {}
  const come = new Promise<void>((resolve) => {
    const timer = setTimeout(() => cancel(), lookMs)
    cancel = () => {
      clearTimeout(timer)
      removeWaiter(channelId, cancel)
      resolve()
    }
    waiting.add(cancel)
  })
  await db.execute(sql`UPDATE channel SET wanted_at = now() WHERE id = ${channelId}`)
  return { come, cancel }
}
