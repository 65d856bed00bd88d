import { log } from '../log'
import { runFor } from '@/lib/db'
import { reportEndpoints } from '@/lib/execution'

type Watch = { stop(): Promise<void> }

const everyMs = 5_000

// As in start-loop.ts: two copies of this module, one watch a process.
const shared = globalThis as typeof globalThis & { sluiceWatch?: Watch }

/**
 * Every process asks RPC endpoints by its own view of them: while this runs, it looks at them all every five seconds and
 * writes down what it sees. May be called twice; the second call changes nothing.
 */
export function startWatch(): Watch {
  return (shared.sluiceWatch ??= start())
}

function start(): Watch {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  const look = () => {
    running = runFor('jobs', reportEndpoints)
      .catch((error: unknown) => log().warn({ err: error }, 'the state of RPC endpoints could not be written'))
      .then(() => {
        if (!stopped) timer = setTimeout(look, everyMs)
      })
  }
  look()

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
      delete shared.sluiceWatch
    },
  }
}
