import { listen, type NotifyListener } from './listen'
import { runFor } from './purpose'

/** While notifications arrive, an entry is valid until one comes. This limit covers a change that sends none. */
const listenedMs = 60_000
/** While no notification can arrive, and for keys that do not exist. */
const unlistenedMs = 1_000

type Entry = { value: Promise<unknown>; untilMs: number }
type State = { entries: Map<string, Entry>; listener: NotifyListener }

export type NotifiedCache<Value> = {
  load(key: string): Promise<Value>
  /** Ends the listening connection; the next `load` starts a new one. May be called twice. */
  close(): Promise<void>
}

// One process can hold two copies of this module (the plain listener's and Next's bundle): they share the caches.
const shared = globalThis as typeof globalThis & { sluiceCaches?: Map<string, State> }

/**
 * A cache of this process, by key. A change made by any process is visible as soon as its notification on `topic` arrives, and
 * within a second while none can arrive. The payload of a notification is the key; an empty one clears the cache. An error of
 * `query` reaches every waiting caller and is not kept.
 * @param entriesMax more entries than this clear the cache: set it where a caller can invent keys.
 */
export function notifiedCache<Value>(
  topic: string,
  query: (key: string) => Promise<Value>,
  entriesMax = Infinity,
): NotifiedCache<Value> {
  return {
    load: (key) => load(stateOf(topic), key, () => query(key), entriesMax),
    close: async () => {
      const open = shared.sluiceCaches?.get(topic)
      shared.sluiceCaches?.delete(topic)
      await open?.listener.close()
    },
  }
}

function load<Value>(
  { entries, listener }: State,
  key: string,
  query: () => Promise<Value>,
  entriesMax: number,
): Promise<Value> {
  const nowMs = Date.now()
  const known = entries.get(key)
  if (known && known.untilMs > nowMs && (listener.isListening() || known.untilMs - nowMs <= unlistenedMs))
    return known.value as Promise<Value>
  if (entries.size >= entriesMax) entries.clear()
  const value = runFor('sales', query)
  const entry: Entry = { value, untilMs: nowMs + (listener.isListening() ? listenedMs : unlistenedMs) }
  // A notification that arrives during this load deletes the entry, so an old value is never kept.
  entries.set(key, entry)
  value.then(
    (found) => {
      if (found === undefined) entry.untilMs = Math.min(entry.untilMs, Date.now() + unlistenedMs)
    },
    () => {
      if (entries.get(key) === entry) entries.delete(key)
    },
  )
  return value
}

function stateOf(topic: string): State {
  const states = (shared.sluiceCaches ??= new Map())
  const known = states.get(topic)
  if (known) return known
  const entries = new Map<string, Entry>()
  const listener = listen(
    topic,
    (key) => (key ? entries.delete(key) : entries.clear()),
    () => entries.clear(),
  )
  const state = { entries, listener }
  states.set(topic, state)
  return state
}
