import { listen, type NotifyListener } from '@/lib/db'

/** The trigger transaction_moves notifies this topic with the transaction's id. */
const topic = 'transaction_moved'
/** Milliseconds until the next look without a notification: while listening, and while listening is impossible. */
const heardMs = 2_000
const unheardMs = 250

export type IntentMoves = {
  /**
   * Resolves when a transaction may have changed since the last call: on a notification, after a while, or after
   * `mostMs` at the latest.
   */
  next(mostMs?: number): Promise<void>
  end(): void
}

let listener: NotifyListener | undefined
const watched = new Map<string, Set<() => void>>()

/**
 * Watches transactions for changes by any process. Start to watch, then read, then wait for the next change: so no
 * change in between is missed. Without notifications it resolves four times a second.
 */
export function watchMoves(ids: readonly string[]): IntentMoves {
  listener ??= listen(topic, wake, wakeAll)
  let hasMoved = false
  let tell: (() => void) | undefined
  const move = () => {
    hasMoved = true
    tell?.()
  }
  for (const id of ids) watched.set(id, (watched.get(id) ?? new Set()).add(move))
  return {
    async next(mostMs = heardMs) {
      let timer: NodeJS.Timeout | undefined
      if (!hasMoved)
        await new Promise<void>((resolve) => {
          tell = resolve
          timer = setTimeout(resolve, Math.min(mostMs, listener?.isListening() ? heardMs : unheardMs))
        })
      clearTimeout(timer)
      hasMoved = false
    },
    end() {
      tell?.()
      for (const id of ids) {
        const all = watched.get(id)
        all?.delete(move)
        if (all?.size === 0) watched.delete(id)
      }
    },
  }
}

function wake(id: string): void {
  for (const move of watched.get(id) ?? []) move()
}

function wakeAll(): void {
  for (const id of watched.keys()) wake(id)
}
