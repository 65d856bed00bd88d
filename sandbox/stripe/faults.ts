/** What goes wrong with a call. Where it says nothing else, the effect happens once and stays. */
export type FaultAction =
  /** The connection breaks after the effect: the caller cannot know. */
  | { action: 'lose-reply' }
  /** The connection breaks before anything happens. */
  | { action: 'lose-request' }
  /** The call takes this much longer, before its effect or after it. Its idempotency key is in flight meanwhile. */
  | { action: 'slow'; ms: number; after?: boolean }
  /** The call waits, before its effect or after it, until `release`. */
  | { action: 'hold'; after?: boolean }
  /**
   * The call ends in this status. `effect`: it happens all the same. `stored`: the answer is kept under the idempotency key;
   * by itself for 500 and 424, which begin to execute, and not for 409, 429 and 503.
   */
  | { action: 'status'; status: FaultStatus; effect?: boolean; stored?: boolean }

export const faultStatuses = [409, 424, 429, 500, 503] as const
export type FaultStatus = (typeof faultStatuses)[number]

export type Fault = FaultAction & {
  method?: 'DELETE' | 'GET' | 'POST'
  /** The path, such as `/v1/payment_intents`; a `*` at its end stands for everything behind, one inside for one part. */
  path?: string
  /** How many calls it hits; without it every one, until `clear`. */
  times?: number
}

/** The faults that are set, and the calls that wait because of one. */
export class Faults {
  #set: { fault: Fault; left: number }[] = []
  #held: (() => void)[] = []
  readonly #watchers = new Set<() => void>()

  add(fault: Fault): void {
    this.#set.push({ fault, left: fault.times ?? Infinity })
  }

  /** Forgets every fault. Calls that wait go on. */
  clear(): void {
    this.#set = []
    this.release()
  }

  list(): (Fault & { left: number | null })[] {
    return this.#set.map(({ fault, left }) => ({ ...fault, left: left === Infinity ? null : left }))
  }

  /** The fault of this call, if one is set; it counts. */
  take(method: string, path: string): Fault | undefined {
    const entry = this.#set.find(
      ({ fault }) => (fault.method ?? method) === method && matchesPath(fault.path ?? '*', path),
    )
    if (!entry) return undefined
    entry.left -= 1
    if (entry.left <= 0) this.#set = this.#set.filter((other) => other !== entry)
    return entry.fault
  }

  /** Resolves at the next `release`. */
  hold(): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve)
      for (const watcher of this.#watchers) watcher()
    })
  }

  release(): void {
    const held = this.#held
    this.#held = []
    for (const resume of held) resume()
  }

  /** Resolves when this many calls wait. */
  async held(count = 1): Promise<void> {
    while (this.#held.length < count)
      await new Promise<void>((resolve) => {
        const watcher = () => {
          this.#watchers.delete(watcher)
          resolve()
        }
        this.#watchers.add(watcher)
      })
  }
}

function matchesPath(pattern: string, path: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('\u0000')
    .replace(/\u0000$/, '.*')
    .replaceAll('\u0000', '[^/]+')
  return new RegExp(`^${expression}$`).test(path)
}

/** A fault as it comes over `/_faults`. @throws Error that says what is wrong with it. */
export function readFault(value: unknown): Fault {
  const fault = value as Fault
  if (typeof value !== 'object' || value === null) throw new Error('a fault is an object')
  const actions = ['hold', 'lose-reply', 'lose-request', 'slow', 'status']
  if (!actions.includes(fault.action)) throw new Error(`action must be one of ${actions.join(', ')}`)
  if (fault.action === 'status' && !faultStatuses.includes(fault.status))
    throw new Error(`status must be one of ${faultStatuses.join(', ')}`)
  if (fault.action === 'slow' && !(fault.ms >= 0)) throw new Error('ms must be a number of milliseconds')
  if (fault.times !== undefined && !(Number.isInteger(fault.times) && fault.times > 0))
    throw new Error('times must be a whole number above 0')
  return fault
}
