type Waiting<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void }

/** Under load a group waits this long for more: fewer, larger commits leave more of the machine to the requests. */
const lingerMs = 2
/** Load is when the last group had this many. */
const lingerFrom = 8

/**
 * Makes single writes share a commit: while one call of `work` runs, everything that comes waits, and then goes together
 * in the next one. Alone, a write waits for nobody; under load the cost of a durable commit is shared by all who wait.
 * `work` answers one result, or an Error, per item, in their order. When it throws, all of its items fail with that error.
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
