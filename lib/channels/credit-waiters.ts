import { listen, type NotifyListener } from '@/lib/db'
import { creditTopic } from './accept-voucher'

let listener: NotifyListener | undefined
const waiters = new Map<string, Set<() => void>>()

/** Functions to call when a voucher for this channel may have arrived. Starts the listening connection of the process. */
export function waitersOf(channelId: string): Set<() => void> {
  listener ??= listen(creditTopic, wake, wakeAll)
  const waiting = waiters.get(channelId) ?? new Set()
  waiters.set(channelId, waiting)
  return waiting
}

export function removeWaiter(channelId: string, waiter: () => void): void {
  const waiting = waiters.get(channelId)
  waiting?.delete(waiter)
  if (waiting?.size === 0) waiters.delete(channelId)
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
