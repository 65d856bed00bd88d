import { Logger, run, type Runner } from 'graphile-worker'
import { z } from 'zod'
import { createCtx } from '../ctx'
import { log } from '../log'
import { openPool } from '@/lib/db'
import { deliverToTarget, task } from '@/lib/webhooks'

/** Receivers are waited for, mostly: many at once cost little. */
const concurrency = 24
const connectionsMax = 3
/** How long one job goes on with its target; `deliver-webhooks` finds the rest. */
const jobMs = 10_000
const restartMs = 5_000
/** Its schema is made by one of its statements. */
const statementMs = 60_000

const Payload = z.object({ target: z.string() })

/**
 * Runs graphile-worker in this process until stopped: it hears of a webhook as soon as that is committed, or due again. Makes
 * its schema where there is none, and starts again when it ends by itself, as it does when the database goes away. Crashes
 * are not its business: it leaves a dead worker's jobs alone for hours, and `deliver-webhooks` finds within seconds what
 * they meant. `ready` resolves once its schema is there, or could not be made yet.
 */
export function startRunner(): { ready: Promise<unknown>; stop(): Promise<void> } {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<Runner | undefined>
  const pgPool = openPool({
    max: connectionsMax,
    query_timeout: statementMs,
    application_name: 'sluice webhooks',
  })
  // A connection that it has checked out and that is lost says so by an event, and one that nothing hears ends the process.
  pgPool.on('connect', (client) =>
    client.on('error', (error) => log().warn({ err: error }, 'the worker lost a connection')),
  )

  const start = async (): Promise<Runner | undefined> => {
    try {
      const runner = await run(options(pgPool))
      void runner.promise.then(again, again)
      return runner
    } catch (error) {
      again(error)
      return undefined
    }
  }
  const again = (error: unknown) => {
    if (stopped) return
    log().warn({ err: error }, 'graphile-worker ended and starts again')
    timer = setTimeout(() => (running = start()), restartMs)
  }
  running = start()

  return {
    ready: running,
    async stop() {
      stopped = true
      clearTimeout(timer)
      const runner = await running
      await runner?.stop().catch(() => undefined)
      await pgPool.end()
    },
  }
}

function options(pgPool: ReturnType<typeof openPool>): Parameters<typeof run>[0] {
  return {
    pgPool,
    concurrency,
    noHandleSignals: true,
    // Otherwise a job whose end cannot be written, because the database went away, rejects a promise that nothing awaits, which ends
    // the process. So it ends the runner, which starts again.
    // One asks for all of them what is due: each on its own would be twelve statements a second for nothing.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, localQueue: { size: concurrency } } },
    logger: new Logger(() => (level, message) => log()[levels[level]]({ worker: true }, message)),
    taskList: {
      [task]: async (payload) => {
        await deliverToTarget(createCtx({ kind: 'system', id: `job:${task}` }), Payload.parse(payload).target, jobMs)
      },
    },
  }
}

// What it tells at every start and job is for those who look for it.
const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const
