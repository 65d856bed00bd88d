type Waiting<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void }

/** Under load a group waits this long for more items: fewer, larger commits leave more of the machine to the requests. */
const lingerMs = 2
/** The size of the last group from which on it counts as load. */
const lingerFrom = 8

/**
 * Lets single writes share a commit: while one call of `work` runs, new items wait, and then go together in the next call.
 * Without load an item waits for nothing. `work` returns one result, or an Error, per item, in order. If it throws, all of its
 * items fail with that error.
 */
export function groupCommit<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
  sizeMax: number,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let running = false
  let lastSize = 1

  const run = async () => {
    running = true
    while (waiting.length > 0) {
      if (lastSize >= lingerFrom) await new Promise((resolve) => setTimeout(resolve, lingerMs))
      const group = waiting.slice(0, sizeMax)
      waiting = waiting.slice(sizeMax)
      lastSize = group.length
      try {
        const results = await work(group.map(({ item }) => item))
        group.forEach(({ resolve, reject }, index) => {
          const result = results[index]
          if (result === undefined || result instanceof Error)
            reject(result ?? new Error('a grouped write has no result'))
          else resolve(result)
        })
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    running = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      // Requests that were read from their sockets in this turn of the event loop still join.
      if (!running) {
        running = true
        setImmediate(() => void run())
      }
    })
}
