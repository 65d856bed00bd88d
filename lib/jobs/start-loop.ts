import { log } from '../log'
import { createCtx } from '../ctx'
import { endHeartbeat, runFor, stayAlive } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { findMixedPayouts } from '@/lib/merchants'
import { runDue } from './run-due'
import { startRunner } from './start-runner'
import { startWatch } from './start-watch'

type Loop = { stop(): Promise<void> }

// Next bundles its own copy of this module besides the plain listener's: one loop per process.
const shared = globalThis as typeof globalThis & { sluiceLoop?: Loop }

/** Runs every due task at its pace, and graphile-worker, in this process until stopped. A second call changes nothing. */
export function startLoop(): Loop {
  return (shared.sluiceLoop ??= runFor('jobs', start))
}

/** Between two checks for due tasks. */
const lookMs = 500

function start(): Loop {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  const running = new Set<Promise<unknown>>()

  const look = () => {
    looking = runDue()
      .then((begun) => {
        for (const run of begun) {
          const ended = run
            .catch((error: unknown) => log().warn({ err: error }, 'the end of a task could not be written'))
            .finally(() => running.delete(ended))
          running.add(ended)
        }
      })
      .catch((error: unknown) => log().warn({ err: error }, 'no task could start'))
      .finally(() => {
        if (!stopped) timer = setTimeout(look, lookMs)
      })
  }

  const prepare = async () => {
    await stayAlive()
    await ensureSigners(createCtx({ kind: 'system', id: 'start' }))
    for (const mixed of await findMixedPayouts())
      log().warn(mixed, 'a resource is paid to an address that signs: give it a pay-to address of its own')
  }
  const watch = startWatch()
  const runner = startRunner()
  void Promise.all([
    runner.ready,
    prepare().catch((error: unknown) => log().warn({ err: error }, 'signers could not be prepared yet')),
  ]).finally(() => {
    if (!stopped) look()
  })

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await looking
      await Promise.all([...running, runner.stop(), watch.stop()])
      await endHeartbeat().catch(() => undefined)
      delete shared.sluiceLoop
    },
  }
}
