import { db, listen, sql, type NotifyListener } from '@/lib/db'
import { creditTopic } from './accept-voucher'

/** A notification that was lost is made up for by looking again; never more often than this. */
const lookAgainMs = 2_000

let listener: NotifyListener | undefined
const waiters = new Map<string, Set<() => void>>()

/**
 * Tells every process that a stream waits for a voucher of this channel, and resolves when one may have come: on a
 * notification, or after `lookMs`. Call it, then try to reserve; and do both again until the patience is over.
 */
export async function wantCredit(
  channelId: string,
  lookMs = lookAgainMs,
): Promise<{ come: Promise<void>; cancel(): void }> {
  listener ??= listen(creditTopic, wake, wakeAll)
  let cancel = () => {}
  const come = new Promise<void>((resolve) => {
    const waiting = waiters.get(channelId) ?? new Set()
    waiters.set(channelId, waiting)
    const timer = setTimeout(() => cancel(), lookMs)
    cancel = () => {
      clearTimeout(timer)
      waiting.delete(cancel)
      if (waiting.size === 0 && waiters.get(channelId) === waiting) waiters.delete(channelId)
      resolve()
    }
    waiting.add(cancel)
  })
  await db.execute(sql`UPDATE channel SET wanted_at = now() WHERE id = ${channelId}`)
  return { come, cancel }
}

/** Ends the listening connection. May be called twice. */
export async function closeCreditListener(): Promise<void> {
  const closing = listener
  listener = undefined
  await closing?.close()
}

function wake(channelId: string): void {
  for (const resolve of waiters.get(channelId) ?? []) resolve()
}

function wakeAll(): void {
  for (const channelId of waiters.keys()) wake(channelId)
}
