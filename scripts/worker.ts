import { closeDb } from '@/lib/db'
import { env } from '@/lib/env'
import { startLoop } from '@/lib/jobs'
import { log } from '@/lib/log'

// The background tasks without a server: `npm run worker`. Any number of them may run beside each other.

try {
  void env.DATABASE_URL
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

const loop = startLoop()
// The loop's timers alone do not keep the process alive between its first steps.
const alive = setInterval(() => {}, 60_000)
log().info('worker runs')

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) process.exit(1)
    stopping = true
    clearInterval(alive)
    void loop
      .stop()
      .then(closeDb)
      .finally(() => process.exit(0))
  })
