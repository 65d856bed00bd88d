import { subscribe } from 'node:diagnostics_channel'
import { createCtx } from '@/lib/ctx'
import { processId } from '@/lib/db'
import { submitDue, trackDue } from '@/lib/execution'

// A process that submits and tracks what is due, to be killed: what `npm run worker` does for execution, and nothing else.

const ctx = createCtx({ kind: 'system', id: 'chaos' })
const pauseMs = 250
const budgetMs = 1_000

/** The request has left and its reply was not read: an instant that no line of ours stands at. */
if (process.env.SLUICE_FAILPOINT === 'while-sending')
  subscribe('undici:request:bodySent', (message) => {
    const { request } = message as { request: { body: unknown } }
    if (String(request.body).includes('eth_sendRawTransaction')) process.kill(process.pid, 'SIGKILL')
  })

async function repeat(task: typeof submitDue): Promise<void> {
  for (;;) {
    await task(ctx, budgetMs).catch((error: Error) => process.stderr.write(`${error.stack}\n`))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

process.on('disconnect', () => process.exit(0))
// It may have been told to stop before it could hear it.
if (!process.connected) process.exit(0)
process.send?.({ processId })
void repeat(submitDue)
void repeat(trackDue)
