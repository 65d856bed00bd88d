import { subscribe } from 'node:diagnostics_channel'
import { createCtx } from '@/lib/ctx'
import { processId } from '@/lib/db'
import { tasks, type TaskName } from '@/lib/jobs'

// A process to be killed that does what `npm run worker` does for execution, refunds and channels. It takes no lease of a task:
// several of them are at the same work all the time, and only the rows keep them from doing it twice.

const ctx = createCtx({ kind: 'system', id: 'chaos' })
const budgetMs = 1_000
const works = [
  'submit-transactions',
  'track-transactions',
  'repair-lanes',
  'apply-settlements',
  'advance-openings',
  'settle-channels',
  'watch-channels',
  'reconcile-channels',
  'release-holds',
  'pay-refunds',
] as const satisfies readonly TaskName[]
const pauseMostMs = 1_000

/** The request has left and its reply was not read: an instant that no line of ours stands at. */
if (process.env.SLUICE_FAILPOINT === 'while-sending')
  subscribe('undici:request:bodySent', (message) => {
    const { request } = message as { request: { body: unknown } }
    if (String(request.body).includes('eth_sendRawTransaction')) process.kill(process.pid, 'SIGKILL')
  })

async function repeat(name: TaskName): Promise<void> {
  const { run, everyMs } = tasks[name]
  for (;;) {
    await run(ctx, budgetMs).catch((error: Error) => process.stderr.write(`${name}: ${error.stack}\n`))
    await new Promise((resolve) => setTimeout(resolve, Math.min(everyMs / 2, pauseMostMs)))
  }
}

process.on('disconnect', () => process.exit(0))
// The order to stop may have come before this process listened.
if (!process.connected) process.exit(0)
process.send?.({ processId })
for (const name of works) void repeat(name)
