import { log } from '../log'
import { servedNetworks, viewEndpoints, type RpcEndpointView } from '@/lib/chains'
import { runFor } from '@/lib/db'
import { reportEndpoints } from '@/lib/execution'

type Watch = { stop(): Promise<void> }

const everyMs = 5_000
/** While the endpoints are unused and all are well. */
const restMs = 15_000

// As in start-loop.ts: two copies of this module, one watch per process.
const shared = globalThis as typeof globalThis & { sluiceWatch?: Watch }

/**
 * Watches the RPC endpoints in this process, because each process has its own view of them: checks all every five seconds and
 * stores the results; less often while they are unused. A second call changes nothing.
 */
export function startWatch(): Watch {
  return (shared.sluiceWatch ??= start())
}

function start(): Watch {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let seen: readonly RpcEndpointView[] = []

  const lookOnce = async (): Promise<number> => {
    const isAsked = views().some(({ calls }, at) => calls !== seen[at]?.calls)
    await reportEndpoints()
    const now = views()
    const isWell = now.every(({ state, errors }, at) => state === 'closed' && errors === seen[at]?.errors)
    seen = now
    return isWell && !isAsked ? restMs : everyMs
  }
  const look = () => {
    running = runFor('jobs', lookOnce)
      .catch((error: unknown) => {
        log().warn({ err: error }, 'the state of RPC endpoints could not be written')
        return everyMs
      })
      .then((delayMs) => {
        if (!stopped) timer = setTimeout(look, delayMs)
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

const views = (): readonly RpcEndpointView[] => servedNetworks().flatMap(viewEndpoints)
