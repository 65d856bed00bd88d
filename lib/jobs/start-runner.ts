import { Logger, run, type Runner } from 'graphile-worker'
import { z } from 'zod'
import { createCtx } from '../ctx'
import { log } from '../log'
import { openPool } from '@/lib/db'
import { deliverToTarget, task } from '@/lib/webhooks'

/** Receivers mostly keep a job waiting: many at once cost little. */
const concurrency = 24
const connectionsMax = 3
/** How long one job works on its target; `deliver-webhooks` finds the rest. */
const jobMs = 10_000
const restartMs = 5_000
/** One of its statements creates its schema. */
const statementMs = 60_000

const Payload = z.object({ target: z.string() })

/**
 * Runs graphile-worker in this process until stopped: it starts a webhook as soon as it is committed, or due again. Creates its
 * schema if it is missing, and starts again when it ends by itself, as it does when the database is lost. It does not handle
 * crashes: it leaves a dead worker's jobs alone for hours, and `deliver-webhooks` finds their deliveries within seconds.
 * `ready` resolves once the schema exists, or could not be created yet.
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
  // A lost connection that it has checked out emits an event; without a listener it would end the process.
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
    // Otherwise a job whose end cannot be written, because the database is gone, rejects a promise without a handler, which
    // ends the process. With it, the runner ends and starts again. One worker fetches jobs for all: each on its own would send
    // twelve statements a second for nothing.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, localQueue: { size: concurrency } } },
    logger: new Logger(() => (level, message) => log()[levels[level]]({ worker: true }, message)),
    taskList: {
      [task]: async (payload) => {
        await deliverToTarget(createCtx({ kind: 'system', id: `job:${task}` }), Payload.parse(payload).target, jobMs)
      },
    },
  }
}

// Its messages at every start and job are for debugging only.
const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const
